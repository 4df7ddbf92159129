import { ProviderFailure } from '../../../consent/failure';
import { subscribe } from '../../../providers/voyage/calls';

const call = subscribe({ campaignId: 1234, phone: '+15555555555', authenticated: false });

describe('an answer with the status of a success that is not Voyage speaking', () => {
	test.each([
		['a log-in page', '<!DOCTYPE html><html><body>Please log in to the network</body></html>'],
		['plain text', 'OK'],
		['rubbish', '\u0000\ufffd<<{{not an answer'],
	])('%s leaves it open whether the person was signed up', (_what, text) => {
		for (const status of [200, 201, 202]) {
			expect(() => call.interpret({ status, headers: {}, text })).toThrow(ProviderFailure);
			try {
				call.interpret({ status, headers: {}, text });
			} catch (failure) {
				expect((failure as ProviderFailure).details).toMatchObject({ kind: 'unreadable', httpStatus: status, message: expect.stringContaining('not one of Voyage'), remedy: expect.stringContaining("'Base URL'") });
				expect((failure as ProviderFailure).details.surelyNotDone).toBeUndefined();
			}
		}
	});

	test.each(['', ' \n', 'subscriberId: 99999,\nstate: "Subscribed",'])('%j is Voyage all the same', (text) => {
		expect(call.interpret({ status: 201, headers: {}, text }).outcome).toBe('subscribed');
	});
});
