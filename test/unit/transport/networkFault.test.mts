import { faultOf } from '../../../transport/networkFault';
import { networkError } from './fakeContext.mts';

describe('how far a failed request came', () => {
	it.each([
		[networkError('ECONNREFUSED'), 'never', 'refused', true],
		[networkError('ENOTFOUND'), 'never', 'name unknown', true],
		[networkError('EAI_AGAIN'), 'never', 'name unknown', true],
		[networkError('EHOSTUNREACH', 'x', { syscall: 'connect' }), 'never', 'unreachable', true],
		[networkError('ENETUNREACH'), 'never', 'unreachable', true],
		[networkError('EHOSTUNREACH', 'x', { cause: { syscall: 'read' } }), 'perhaps', 'other', true],
		[networkError('ETIMEDOUT', 'x', { cause: { syscall: 'connect' } }), 'never', 'unreachable', true],
		[networkError('ETIMEDOUT', 'x', { cause: { errors: [{ syscall: 'connect' }, { syscall: 'connect' }] } }), 'never', 'unreachable', true],
		[networkError('ECONNABORTED', 'timeout of 30000ms exceeded'), 'perhaps', 'timed out', true],
		[networkError('ETIMEDOUT'), 'perhaps', 'timed out', true],
		[networkError('ERR_CANCELED'), 'perhaps', 'timed out', true],
		[networkError('ECONNRESET', 'socket hang up'), 'perhaps', 'cut off', true],
		[networkError('ECONNRESET', 'Client network socket disconnected before secure TLS connection was established'), 'never', 'unreachable', true],
		[networkError('EPIPE'), 'perhaps', 'cut off', true],
		[networkError('ERR_BAD_RESPONSE', 'aborted'), 'perhaps', 'cut off', true],
		[networkError('CERT_HAS_EXPIRED'), 'never', 'certificate', false],
		[networkError('EPROTO', 'write EPROTO: wrong version number'), 'never', 'certificate', false],
		[new Error('Domain not allowed: This credential is restricted'), 'never', 'blocked', false],
		[Object.assign(new Error('The request was blocked because it resolves to a restricted IP address'), { name: 'SsrfBlockedIpError' }), 'never', 'blocked', false],
		[Object.assign(new Error('friendly text'), { httpCode: 'ECONNREFUSED', messages: ['connect ECONNREFUSED'] }), 'never', 'refused', true],
		[new Error('something new'), 'perhaps', 'other', true],
		['not even an error', 'perhaps', 'other', true],
	])('%s: %s (%s)', (error, reach, cause, passing) => {
		expect(faultOf(error, false)).toEqual({ reach, cause, passing });
	});

	it('knows its own ending', () => {
		expect(faultOf(networkError('ERR_CANCELED'), true)).toEqual({ reach: 'perhaps', cause: 'stopped', passing: false });
	});
});
