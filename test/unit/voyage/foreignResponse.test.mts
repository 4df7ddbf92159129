import { subscribe } from '../../../providers/voyage/calls';
import { voyage } from '../../../providers/voyage/provider';
import { isNotExecuted, readResponse } from '../../../transport/outbound/failure';

const call = subscribe({ campaignId: 1234, phone: '+15555555555', authenticated: false });

describe('a response with the status of a success that is not Voyage speaking', () => {
	test.each([
		['a log-in page', '<!DOCTYPE html><html><body>Please log in to the network</body></html>'],
		['nothing', ''],
		['blanks', ' \n'],
		['plain text', 'OK'],
		['rubbish', '\u0000\ufffd<<{{not an answer'],
	])('%s leaves it open whether the person was signed up', (_what, text) => {
		for (const status of [200, 201, 202]) {
			const read = readResponse(voyage, call, { status, headers: {}, text }, 0);
			if (!('details' in read)) throw new Error('no failure');
			expect(read.details).toMatchObject({
				kind: 'unreadable',
				httpStatus: status,
				message: expect.stringContaining("didn't come from Voyage"),
				remedy: expect.stringContaining("'Base URL'"),
			});
			expect(isNotExecuted(read.details)).toBe(false);
		}
	});

	test('the documented sample, which is not strict JSON, is Voyage all the same', () => {
		const text = 'subscriberId: 99999,\nstate: "Subscribed",';
		expect(call.interpret({ status: 201, headers: {}, text }).outcome).toBe('subscribed');
	});
});
