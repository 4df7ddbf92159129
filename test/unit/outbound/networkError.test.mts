import { createRequire } from 'node:module';
import { type AddressInfo, createServer, type Socket } from 'node:net';

import nock from 'nock';

import { networkErrorOf } from '../../../transport/outbound/networkError';
import { networkError } from './fakeContext.mts';

/** The very client and agent that n8n uses. */
const loaded = createRequire(createRequire(__filename).resolve('n8n-core'));
const axios = loaded('axios') as { post: (url: string, body: string, options: object) => Promise<unknown> };
const { HttpsProxyAgent } = loaded('https-proxy-agent') as { HttpsProxyAgent: new (url: string) => object };

/** As the HTTP client's error tells by which socket the answer came. */
const answeredBy = (socket: object, url = 'https://api.example.com/') => ({ config: { url }, request: { socket } });

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
		[new Error('Proxy connection ended before receiving CONNECT response'), 'no', 'proxy', true],
		[new Error('tunneling socket could not be established, statusCode=502'), 'no', 'proxy', true],
		[networkError('HPE_INVALID_CONSTANT', 'Parse Error', answeredBy({ encrypted: undefined })), 'no', 'proxy', true],
		[networkError('HPE_INVALID_CONSTANT', 'Parse Error', answeredBy({ encrypted: true })), 'unknown', 'other', true],
		[networkError('HPE_INVALID_CONSTANT', 'Parse Error', answeredBy({}, 'http://127.0.0.1/')), 'unknown', 'other', true],
		[networkError('HPE_INVALID_CONSTANT'), 'unknown', 'other', true],
		[new Error('something new'), 'unknown', 'other', true],
		['not even an error', 'unknown', 'other', true],
	])('%s: %s (%s)', (error, delivered, cause, transient) => {
		expect(networkErrorOf(error, false)).toEqual({ delivered, cause, transient });
	});

	it.each<[string, (socket: Socket) => void]>([
		['hangs up', (socket) => socket.end()],
		['breaks off', (socket) => socket.destroy()],
		['answers something that is no HTTP', (socket) => socket.end('hello\r\n\r\n')],
	])('knows a real proxy that %s when it is asked for a tunnel', async (_what, behave) => {
		const proxy = createServer((socket) => {
			socket.on('error', () => undefined);
			socket.once('data', () => behave(socket));
		});
		await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
		// The request ends on loopback, which nock cannot see: it knows the address behind the proxy only.
		nock.restore();
		const agent = new HttpsProxyAgent(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
		const error: unknown = await axios
			.post('https://api.example.com/x', 'a=b', { httpsAgent: agent, proxy: false, maxRedirects: 0 })
			.catch((caught: unknown) => caught);
		nock.activate();
		proxy.close();
		expect(networkErrorOf(error, false)).toEqual({ delivered: 'no', cause: 'proxy', transient: true });
	});

	it('knows its own ending', () => {
		expect(networkErrorOf(networkError('ERR_CANCELED'), true)).toEqual({ delivered: 'unknown', cause: 'stopped', transient: false });
	});
});
