import { SENDERS } from '../../nodes/SmsPostbackTrigger/senders.ts';
import { PROVIDERS } from '../../providers/index.ts';
import { MAX_POSTBACK_BYTES } from '../../transport/inbound/rawBody.ts';
import { REJECTION_STATUSES } from '../../transport/inbound/rejection.ts';
import { deliver, type FakeRequest, type Outcome } from '../unit/trigger/webhookContext.mts';
import { type SampleProof, SAMPLES } from './samples.mts';

const NO_PROOF: SampleProof = { credential: {}, proven: (body) => ({ body }), unproven: (body) => ({ body }) };

/** What no provider sends. */
const GARBAGE = ['<', '<a/>', '{', '{}', '[]', 'null', '0', '""', 'a=b', '%', '\u0000', '\ufeff', '{"type":{}}'];

test('those who send postbacks are those that say so', () => {
	const able = Object.values(PROVIDERS).filter(({ capabilities }) => capabilities.postback.can);
	expect(SENDERS.map(({ provider }) => provider).sort()).toEqual(able.map(({ name }) => name).sort());
});

for (const { provider, verification, methods } of SENDERS) {
	const { displayName } = PROVIDERS[provider];
	const sample = SAMPLES[provider]?.sender;

	describe(displayName, () => {
		test('has a sample of an opt-out, and of every way to prove who sent it', () => {
			expect(Object.keys(sample?.proofs ?? {}).sort()).toEqual(verification.proofs.map(({ option }) => option.value).sort());
		});

		const [anyProof = NO_PROOF] = Object.values(sample?.proofs ?? {});
		const withoutProof = { parameters: { provider, [verification.parameter]: 'none' } };

		test('where nothing is to be proved, the opt-out is read as it is', async () => {
			const { events } = await deliver(anyProof.unproven(sample?.optOut ?? ''), withoutProof);
			expect(events).toMatchObject([{ provider, action: 'opt-out' }]);
		});

		test('another method is refused with 405, and told the methods that it uses', async () => {
			const outcome = await deliver({ ...anyProof.unproven(sample?.optOut ?? ''), method: 'PUT' }, withoutProof);
			expect(outcome).toMatchObject({ status: 405, ended: true, headers: { allow: methods.join(', ') }, outputs: [] });
		});

		for (const { option, credentialType } of verification.proofs) {
			const { credential, proven, unproven } = sample?.proofs[option.value] ?? NO_PROOF;
			const send = async (request: FakeRequest): Promise<Outcome> =>
				await deliver(request, {
					parameters: { provider, [verification.parameter]: option.value },
					credentials: { [credentialType]: credential },
				});

			describe(option.name, () => {
				test('the proven opt-out is read and answered 200', async () => {
					expect(await send(proven(sample?.optOut ?? ''))).toMatchObject({
						status: 200,
						answer: 'OK',
						ended: false,
						events: [{ provider, action: 'opt-out', phone: '+16502424956' }],
					});
				});

				test('the same without the proof is refused with 401 and starts nothing', async () => {
					expect(await send(unproven(sample?.optOut ?? ''))).toMatchObject({ status: 401, answer: undefined, ended: true, outputs: [] });
				});

				test('blanks, line breaks and what nobody sees make no difference in a pasted credential', async () => {
					const fields = Object.entries(credential).map(([name, value]) => [
						name,
						['placement', 'method', 'baseUrl'].includes(name) || typeof value !== 'string' || value === '' ? value : `\u200b ${value}\r\n`,
					]);
					const pasted = async (request: FakeRequest): Promise<Outcome> =>
						await deliver(request, {
							parameters: { provider, [verification.parameter]: option.value },
							credentials: { [credentialType]: Object.fromEntries(fields) as Record<string, unknown> },
						});
					expect(await pasted(proven(sample?.optOut ?? ''))).toMatchObject({ status: 200, answer: 'OK' });
					expect(await pasted(unproven(sample?.optOut ?? ''))).toMatchObject({ status: 401, outputs: [] });
				});

				test('an empty body is refused with 400', async () => {
					expect(await send({ ...proven(''), body: '' })).toMatchObject({ status: 400, ended: true, outputs: [] });
				});

				test.each(GARBAGE)('%j never makes it throw, and is no opt-in', async (body) => {
					const { status, events } = await send(proven(body));
					expect(['200', ...Object.keys(REJECTION_STATUSES)]).toContain(String(status));
					expect(status).not.toBe(500);
					expect(events.filter(({ action }) => action === 'opt-in')).toEqual([]);
				});

				test('more than a postback may have is refused with 413', async () => {
					expect(await send({ ...proven(''), body: 'x'.repeat(MAX_POSTBACK_BYTES + 1) })).toMatchObject({
						status: 413,
						ended: true,
						outputs: [],
					});
				});
			});
		}
	});
}
