import nock from 'nock';

import { SmsResubscribe } from '../../nodes/SmsResubscribe/SmsResubscribe.node.ts';
import { signatureOf } from '../../providers/vonage/signature.ts';
import { ATTENTIVE, failures, formOf, provider, results, run, SKYCORE, VONAGE, VONAGE_SIGNATURE } from './nodeRun.mts';

const node = new SmsResubscribe();
afterEach(() => nock.cleanAll());

const entered = {
	evidenceSource: 'Web form',
	evidenceTime: '2026-03-01T10:00:00+01:00',
	evidenceText: 'Text me again',
	evidencePage: 'https://example.com/texts',
};
const consentEvidence = { evidence: entered };
const evidence = { ...entered, evidenceTime: '2026-03-01T09:00:00Z' };

describe('Vonage', () => {
	const ORIGIN = 'https://rest.nexmo.com';
	const json = { body: { msisdn: '15559301529', 'opt-in': 'true', 'opt-in-date': '2014-08-21 17:34:47', 'opt-out': 'false' } };
	const xml = { body: '<opt-in msisdn="13065897298" opt-in="true" opt-in-date="2015-09-26 04:46:27" opt-out="false"/>' };
	const parameters = { provider: 'vonage', phone: '={{ $json.phone }}', freshConsent: true, additionalFields: { consentEvidence } };

	test('by POST and JSON, with the evidence in the output', async () => {
		const seen = provider(ORIGIN, json);
		const done = await run({ node, parameters, credentials: VONAGE, items: [{ phone: '+15559301529' }] });
		expect(failures(done)).toEqual([]);
		expect(seen[0]).toMatchObject({ method: 'POST', path: '/sc/us/alert/opt-in/manage/json' });
		expect(formOf(seen[0]?.body ?? '')).toEqual({ msisdn: '15559301529', api_key: 'abcd1234', api_secret: 'vonage-secret-of-the-test' });
		expect(results(done)[0]).toMatchObject({
			action: 'resubscribe',
			outcome: 'resubscribed',
			phone: '+15559301529',
			optedInAt: '2014-08-21T17:34:47Z',
			...evidence,
		});
	});

	test('by GET and XML, signed', async () => {
		const seen = provider(ORIGIN, xml);
		const done = await run({
			node,
			parameters: { ...parameters, vonageAuthentication: 'signature', additionalFields: { answerFormat: 'xml', method: 'GET' } },
			credentials: VONAGE_SIGNATURE,
			items: [{ phone: '+13065897298' }],
		});
		expect(failures(done)).toEqual([]);
		const address = new URL(seen[0]?.path ?? '', ORIGIN);
		const { sig, ...signed } = Object.fromEntries(address.searchParams);
		expect([seen[0]?.method, address.pathname]).toEqual(['GET', '/sc/us/alert/opt-in/manage/xml']);
		expect(signed).toEqual({ msisdn: '13065897298', api_key: 'abcd1234', timestamp: expect.stringMatching(/^\d{10}$/) });
		expect(sig).toBe(signatureOf(signed, 'my_secret_key_for_testing', 'md5hash'));
	});

	test('only people who asked to come back are brought back, whatever a column holds', async () => {
		const seen = provider(ORIGIN, json);
		const items = [false, 'yes', 'FALSE', '', 1, null, ' TRUE '].map((asked) => ({ phone: '+15559301529', asked }));
		const done = await run({
			node,
			parameters: { ...parameters, freshConsent: '={{ $json.asked }}', options: { sendDuplicatesOnce: false } },
			credentials: VONAGE,
			items,
		});
		expect(results(done)).toHaveLength(1);
		expect(seen).toHaveLength(1);
		expect(failures(done).map(({ item }) => item)).toEqual([0, 1, 2, 3, 4, 5]);
		for (const failure of failures(done)) expect(failure['kind']).toBe('no-consent');
		const found = failures(done).map(({ message }) => /^'The Person Asked to Come Back' is (.+), not true/.exec(String(message))?.[1]);
		expect(found).toEqual(['false', '"yes"', '"FALSE"', 'empty', '1', 'empty']);
	});

	test('the statement is off unless it was made', async () => {
		const seen = provider(ORIGIN, json);
		const done = await run({ node, parameters: { provider: 'vonage', phone: '+15559301529' }, credentials: VONAGE });
		expect(failures(done)).toHaveLength(1);
		expect(seen).toEqual([]);
	});
});

describe('Skycore', () => {
	test('subscribes again, as a return', async () => {
		const seen = provider('https://secure.skycore.com', {
			body: '<RESPONSE><STATUS>Success</STATUS><CAMPAIGNREF>1116</CAMPAIGNREF><MOBILE>16502426055</MOBILE></RESPONSE>',
		});
		const done = await run({
			node,
			parameters: {
				provider: 'skycore',
				campaignReference: '1116',
				phone: '+16502426055',
				freshConsent: true,
				additionalFields: { consentEvidence },
			},
			credentials: SKYCORE,
		});
		expect(failures(done)).toEqual([]);
		expect(formOf(seen[0]?.body ?? '')['xml']).toContain('<ACTION>subscribe</ACTION>');
		expect(results(done)[0]).toMatchObject({ action: 'resubscribe', outcome: 'resubscribed', campaign: '1116', ...evidence });
	});
});

describe('Attentive', () => {
	test('subscribes again without asking whether the person opted out', async () => {
		const seen = provider('https://api.attentivemobile.com', {
			status: 202,
			body: {
				subscriptionResponses: [{ subscription: { type: 'MARKETING', channel: 'TEXT' }, subscriptionCreationStatus: 'NEWLY_CREATED' }],
			},
		});
		const done = await run({
			node,
			parameters: {
				provider: 'attentive',
				signUpSourceId: '241654',
				phone: '+19148440001',
				freshConsent: true,
				additionalFields: { consentEvidence },
			},
			credentials: ATTENTIVE,
		});
		expect(failures(done)).toEqual([]);
		expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /v1/subscriptions']);
		expect(results(done)[0]).toMatchObject({ action: 'resubscribe', outcome: 'pending_confirmation', ...evidence });
	});
});

test('Voyage: only the person can return', async () => {
	const done = await run({ node, parameters: { provider: 'voyage', freshConsent: true } });
	expect(failures(done)).toEqual([expect.objectContaining({ remedy: expect.stringContaining('UNSTOP') })]);
});
