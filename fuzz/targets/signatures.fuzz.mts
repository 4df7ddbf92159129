import { createHmac } from 'node:crypto';

import { attentiveSignatureMatches } from '../../providers/attentive/webhookSignature';
import { signatureOf } from '../../providers/vonage/signature';
import { vonageSignatureMatches } from '../../providers/vonage/webhookSignature';
import { verifyWebhookToken } from '../../providers/vonage/webhookToken';
import { constantTimeEqual } from '../../transport/inbound/constantTimeEqual';
import { isAddressAllowed, unreadableEntries } from '../../transport/inbound/ipAllowList';
import { bodyParameters } from '../../transport/inbound/parameters';
import { kept, promise } from '../invariants.mts';

const SECRET = 'a secret of some length';
const NOW_MS = 1_700_000_000_000;
const TOLERANCE_MS = 300_000;

/** Headers, parameters, secrets and addresses of a stranger's making: none of them is believed unless it is really right. */
export function fuzz(data: Buffer): void {
	const text = data.toString('latin1');
	const [first = '', ...rest] = text.split('\n');
	const body = Buffer.from(rest.join('\n'), 'latin1');

	const right = createHmac('sha256', SECRET).update(body).digest('hex');
	promise(
		kept(() => attentiveSignatureMatches(body, first, [SECRET])) === (first.trim().toLowerCase() === right),
		'a wrong HMAC is refused',
	);
	promise(kept(() => attentiveSignatureMatches(body, right, [first, SECRET])) === true, 'the right HMAC is taken beside any other key');
	promise(kept(() => attentiveSignatureMatches(body, right, [' ', ''])) === false, 'a blank key matches nothing');

	promise(kept(() => constantTimeEqual(first, SECRET)) === (first === SECRET), 'only the secret is the secret');
	promise(kept(() => constantTimeEqual(first, first)) === (first.trim() !== ''), 'every secret but a blank one is itself');

	const token = kept(() => verifyWebhookToken(first, body, SECRET, NOW_MS, TOLERANCE_MS));
	promise(token !== undefined && 'unproven' in token, 'nobody makes a token without the secret');

	vonageParameters(body);
	addressOf(first, rest.join('\n'));
}

function vonageParameters(body: Buffer): void {
	const parameters = kept(() => bodyParameters(body, '').parameters);
	if (parameters === undefined) return;
	for (const method of ['md5hash', 'sha256'] as const) {
		const believed = kept(() => vonageSignatureMatches(parameters, SECRET, method, NOW_MS, TOLERANCE_MS));
		promise(believed === false, 'nobody signs without the secret');
		const signed: Record<string, unknown> = Object.fromEntries(
			Object.entries(parameters).map(([name, value]) => [name, String(typeof value === 'object' ? '' : value)]),
		);
		signed.timestamp = String(NOW_MS / 1000);
		signed.sig = signatureOf(signed as Record<string, string>, SECRET, method);
		promise(
			kept(() => vonageSignatureMatches(signed, SECRET, method, NOW_MS, TOLERANCE_MS)) === true,
			'what was signed with the secret is believed',
		);
		promise(kept(() => vonageSignatureMatches(signed, SECRET, method, NOW_MS + TOLERANCE_MS + 1, TOLERANCE_MS)) === false, 'not for ever');
		promise(
			kept(() => vonageSignatureMatches({ ...signed, more: '1' }, SECRET, method, NOW_MS, TOLERANCE_MS)) === (signed.more === '1'),
			'not with a parameter more',
		);
	}
}

function addressOf(address: string, list: string): void {
	const unreadable = kept(() => unreadableEntries(list)) ?? [];
	promise(
		unreadable.every((entry) => entry !== ''),
		'unreadable entries have a text',
	);
	const allowed = kept(() => isAddressAllowed(address, list));
	promise(allowed === true || allowed === false, 'an address is allowed or not');
	if (allowed === false) promise(kept(() => isAddressAllowed(address, `${list} nonsense`)) === false, 'nonsense in a list lets nobody in');
	if (/^\d+$/.test(address) && list.trim() !== '' && !/[,;]\s*$/.test(list))
		promise(allowed === (list.split(/[\s,;]+/).filter(Boolean).length === 0), 'a number is no address');
}
