import type { ProviderCall } from '../../../consent/call.ts';
import { InputProblem } from '../../../consent/failure.ts';
import { ParameterReader } from '../../../nodes/fields/parameterReader.ts';
import { voyage } from '../../../nodes/SmsSubscribe/fields/voyage.ts';
import type { Send } from '../../../transport/outbound/session.ts';

function entered(values: Record<string, unknown>): ParameterReader {
	return new ParameterReader((name) => ({ campaignId: '1234', phone: '+15555555555', ...values })[name]);
}

/** The call that an item would make. */
async function callOf(values: Record<string, unknown>): Promise<ProviderCall<unknown>> {
	let made: ProviderCall<unknown> | undefined;
	const send: Send = async (call) => {
		made = call;
		return call.interpret({ status: 201, headers: {}, text: '', json: { subscriberId: 1, state: 'Subscribed' } });
	};
	await voyage.prepare(entered(values)).run(send, new Set());
	if (made === undefined) throw new Error('no call');
	return made;
}

test.each(['+16502426055', '+17875551234', '+18005551212', '+15555550100', '+14591234567'])('%s is taken', async (phone) => {
	expect((await callOf({ phone })).request.body).toEqual({ json: { phoneNumber: phone, campaignId: 1234 } });
});

test('a number without its plus is one of the United States', async () => {
	expect((await callOf({ phone: '16502426055' })).request.body).toMatchObject({ json: { phoneNumber: '+16502426055' } });
});

test.each(['+442071838750', '+14165551234', '+18765551234', '+525512345678', '+18765550100', '+14415550100', '+14165550100'])(
	'%p is refused before the call, and the person reads why',
	(phone) => {
		expect(() => voyage.prepare(entered({ phone }))).toThrow(
			expect.objectContaining({
				name: 'InputProblem',
				message: `'Phone Number' holds "${phone}", and Voyage takes United States numbers only: +1 and ten digits`,
				remedy: "Leave this person out, for example by a Filter node before this one, or use a provider that serves the person's country.",
			}),
		);
	},
);

test.each(['+1650242605', '+165024260551', '+5215512345678', ''])('%p is no number', (phone) => {
	const act = () => voyage.prepare(entered({ phone }));
	expect(act).toThrow(InputProblem);
	expect(act).toThrow("'Phone Number'");
});

test.each([0, -1, 1.5, NaN, 2 ** 60, undefined, null, 'list-building'])('the campaign ID %p is refused', (campaignId) => {
	const act = () => voyage.prepare(entered({ campaignId }));
	expect(act).toThrow(InputProblem);
	expect(act).toThrow("'Campaign ID'");
});

test.each([['text'], [[1]], [5]])('the attributes %p are refused', (attributes) => {
	expect(() => voyage.prepare(entered({ additionalFields: { attributes } }))).toThrow("'Attributes'");
	expect(() => voyage.prepare(entered({ additionalFields: { attributesJson: attributes } }))).toThrow(
		/^'Attributes \(JSON\)' is .*, which is not a JSON object$/,
	);
});

test('attributes keep their types', async () => {
	const additionalFields = { attributes: { pair: [{ name: 'email', value: 'my@domain.com' }] }, attributesJson: '{ "visits": 3 }' };
	expect((await callOf({ additionalFields })).request.body).toEqual({
		json: { phoneNumber: '+15555555555', campaignId: 1234, attributes: { visits: 3, email: 'my@domain.com' } },
	});
});
