import { networkErrorOf } from '../../../transport/outbound/networkError';
import { networkError } from './fakeContext.mts';

describe('how far a failed request came', () => {
	it.each([
		[networkError('ECONNREFUSED'), 'no', 'refused', true],
		[networkError('ENOTFOUND'), 'no', 'name unknown', true],
		[networkError('EAI_AGAIN'), 'no', 'name unknown', true],
		[networkError('EHOSTUNREACH', 'x', { syscall: 'connect' }), 'no', 'unreachable', true],
		[networkError('ENETUNREACH'), 'no', 'unreachable', true],
		[networkError('EHOSTUNREACH', 'x', { cause: { syscall: 'read' } }), 'unknown', 'other', true],
		[networkError('ETIMEDOUT', 'x', { cause: { syscall: 'connect' } }), 'no', 'unreachable', true],
		[networkError('ETIMEDOUT', 'x', { cause: { errors: [{ syscall: 'connect' }, { syscall: 'connect' }] } }), 'no', 'unreachable', true],
		[networkError('ECONNABORTED', 'timeout of 30000ms exceeded'), 'unknown', 'timed out', true],
		[networkError('ETIMEDOUT'), 'unknown', 'timed out', true],
		[networkError('ERR_CANCELED'), 'unknown', 'timed out', true],
		[networkError('ECONNRESET', 'socket hang up'), 'unknown', 'cut off', true],
		[
			networkError('ECONNRESET', 'Client network socket disconnected before secure TLS connection was established'),
			'no',
			'unreachable',
			true,
		],
		[networkError('EPIPE'), 'unknown', 'cut off', true],
		[networkError('ERR_BAD_RESPONSE', 'aborted'), 'unknown', 'cut off', true],
		[networkError('CERT_HAS_EXPIRED'), 'no', 'certificate', false],
		[networkError('EPROTO', 'write EPROTO: wrong version number'), 'no', 'certificate', false],
		[new Error('Domain not allowed: This credential is restricted'), 'no', 'blocked', false],
		[
			Object.assign(new Error('The request was blocked because it resolves to a restricted IP address'), { name: 'SsrfBlockedIpError' }),
			'no',
			'blocked',
			false,
		],
		[Object.assign(new Error('friendly text'), { httpCode: 'ECONNREFUSED', messages: ['connect ECONNREFUSED'] }), 'no', 'refused', true],
		[new Error('something new'), 'unknown', 'other', true],
		['not even an error', 'unknown', 'other', true],
	])('%s: %s (%s)', (error, delivered, cause, transient) => {
		expect(networkErrorOf(error, false)).toEqual({ delivered, cause, transient });
	});

	it('knows its own ending', () => {
		expect(networkErrorOf(networkError('ERR_CANCELED'), true)).toEqual({ delivered: 'unknown', cause: 'stopped', transient: false });
	});
});
