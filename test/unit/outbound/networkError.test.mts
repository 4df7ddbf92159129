import { createRequire } from 'node:module';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Agent as HttpsAgent } from 'node:https';
import { createServer as createTlsServer } from 'node:tls';

import nock from 'nock';

import { isNetworkError, type NetworkErrorCause, networkErrorOf } from '../../../transport/outbound/networkError';
import { networkError } from './fakeContext.mts';

/** The very client and agent that n8n uses. */
const loaded = createRequire(createRequire(__filename).resolve('n8n-core'));
const axios = loaded('axios') as { post: (url: string, body: string, options: object) => Promise<unknown> };
const { HttpProxyAgent } = loaded('http-proxy-agent') as { HttpProxyAgent: new (url: string) => object };
const { HttpsProxyAgent } = loaded('https-proxy-agent') as { HttpsProxyAgent: new (url: string) => object };

/** As the HTTP client's error tells by which socket the answer came. */
const answeredBy = (socket: object | null, url = 'https://api.example.com/') => ({ config: { url }, request: { socket } });

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
		[new Error('Invalid header from proxy CONNECT response: "hello"'), 'no', 'proxy', true],
		[new Error('No header received from proxy CONNECT response'), 'no', 'proxy', true],
		[networkError('ERR_INVALID_URL', 'Invalid URL'), 'no', 'proxy', false],
		[networkError('ECONNRESET', 'read ECONNRESET', answeredBy(null)), 'no', 'proxy', true],
		[networkError('ECONNREFUSED', 'connect ECONNREFUSED', answeredBy(null)), 'no', 'proxy', true],
		[networkError('ECONNABORTED', 'timeout of 30000ms exceeded', answeredBy(null)), 'no', 'proxy', true],
		[networkError('ERR_CANCELED', 'canceled', answeredBy({ encrypted: true, secureConnecting: true })), 'no', 'unreachable', true],
		[networkError('ECONNREFUSED', 'connect', answeredBy({ encrypted: true, secureConnecting: true })), 'no', 'refused', true],
		[networkError('ECONNRESET', 'read ECONNRESET', answeredBy({ encrypted: true, secureConnecting: true })), 'no', 'unreachable', true],
		[networkError('ECONNRESET', 'read ECONNRESET', answeredBy({ encrypted: true, secureConnecting: false })), 'unknown', 'cut off', true],
		[networkError('ECONNRESET', 'read ECONNRESET', answeredBy({}, 'http://127.0.0.1/')), 'unknown', 'cut off', true],
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

	describe('from a real proxy, by the very client and agents that n8n uses', () => {
		type Behavior = (socket: Socket) => void;
		const open: Socket[] = [];
		let server: Server | undefined;

		beforeAll(() => {
			// The requests end on loopback, which nock cannot see: it knows the address behind the proxy only.
			nock.restore();
		});
		afterEach(() => {
			for (const socket of open.splice(0)) socket.destroy();
			server?.close();
		});
		afterAll(() => {
			nock.activate();
		});

		async function portOf(behave: Behavior): Promise<number> {
			server = createServer((socket) => {
				open.push(socket);
				socket.on('error', () => undefined);
				behave(socket);
			});
			await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
			return (server.address() as AddressInfo).port;
		}

		const onceAsked =
			(behave: Behavior): Behavior =>
			(socket) =>
				socket.once('data', () => behave(socket));
		const tunnel = (behave: Behavior): Behavior =>
			onceAsked((socket) => {
				socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
				socket.once('data', () => behave(socket));
			});

		async function errorOf(url: string, options: object): Promise<unknown> {
			return await axios
				.post(url, 'a=b', { proxy: false, maxRedirects: 0, signal: AbortSignal.timeout(600), ...options })
				.catch((caught: unknown) => caught);
		}

		it.each<[string, NetworkErrorCause, Behavior]>([
			['hangs up at once', 'proxy', (socket) => socket.end()],
			['breaks off at once', 'proxy', (socket) => socket.resetAndDestroy()],
			['hangs up when it is asked for a tunnel', 'proxy', onceAsked((socket) => socket.end())],
			['breaks off when it is asked for a tunnel', 'proxy', onceAsked((socket) => socket.resetAndDestroy())],
			['speaks another protocol', 'proxy', onceAsked((socket) => socket.end('SSH-2.0-OpenSSH_9\r\n'))],
			['answers one line that is no HTTP', 'proxy', onceAsked((socket) => socket.end('hello\r\n\r\n'))],
			['answers several such lines', 'proxy', onceAsked((socket) => socket.end('hello\r\nyou there\r\n\r\n'))],
			['answers nothing but a line end', 'proxy', onceAsked((socket) => socket.end('\r\n\r\n'))],
			[
				'breaks off in its own answer',
				'proxy',
				onceAsked((socket) => {
					socket.write('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 10\r\n\r\n');
					setTimeout(() => socket.destroy(), 20);
				}),
			],
			['never answers', 'proxy', () => undefined],
			['opens a tunnel that ends', 'unreachable', tunnel((socket) => socket.end())],
			['opens a tunnel that breaks off', 'unreachable', tunnel((socket) => socket.resetAndDestroy())],
			['opens a tunnel in which nobody answers', 'unreachable', tunnel(() => undefined)],
			['shows a web page instead of a tunnel', 'certificate', tunnel((socket) => socket.end('<html>Blocked</html>'))],
		])('that %s: nothing was sent (%s)', async (_what, cause, behave) => {
			const agent = new HttpsProxyAgent(`http://127.0.0.1:${await portOf(behave)}`);
			const error = await errorOf('https://api.example.com/x', { httpsAgent: agent });
			expect(networkErrorOf(error, false)).toEqual({ delivered: 'no', cause, transient: cause !== 'certificate' });
		});

		it.each([
			['nobody is there', 'http://127.0.0.1:1'],
			['its name is unknown', 'http://proxy.invalid:3128'],
		])('of which the address is wrong: %s', async (_what, address) => {
			const expected = { delivered: 'no', cause: 'proxy', transient: true };
			expect(networkErrorOf(await errorOf('https://api.example.com/x', { httpsAgent: new HttpsProxyAgent(address) }), false)).toEqual(
				expected,
			);
			expect(networkErrorOf(await errorOf('http://127.0.0.1:2/x', { httpAgent: new HttpProxyAgent(address) }), false)).toEqual(expected);
		});

		it.each(['http://:::', 'http://127.0.0.1:99999'])('of which the address is none: %s', async (address) => {
			const making = Promise.resolve().then(() => new HttpsProxyAgent(address));
			const error: unknown = await making.catch((caught: unknown) => caught);
			expect(networkErrorOf(error, false)).toEqual({ delivered: 'no', cause: 'proxy', transient: false });
		});

		it.each([
			[407, 'Proxy Authentication Required'],
			[403, 'Forbidden'],
			[503, 'Service Unavailable'],
		])("that refuses the tunnel with HTTP %i: its answer looks like the provider's", async (status, words) => {
			const refusing = onceAsked((socket) => socket.end(`HTTP/1.1 ${status} ${words}\r\nContent-Length: 0\r\n\r\n`));
			const httpsAgent = new HttpsProxyAgent(`http://127.0.0.1:${await portOf(refusing)}`);
			expect(await errorOf('https://api.example.com/x', { httpsAgent, validateStatus: () => true })).toMatchObject({ status });
		});

		it.each<[string, Behavior]>([
			['hangs up', onceAsked((socket) => socket.end())],
			['breaks off', onceAsked((socket) => socket.resetAndDestroy())],
			['answers something that is no HTTP', onceAsked((socket) => socket.end('hello\r\n\r\n'))],
			['never answers', () => undefined],
		])('that %s after it was given the whole request, without TLS: nobody knows', async (_what, behave) => {
			const httpAgent = new HttpProxyAgent(`http://127.0.0.1:${await portOf(behave)}`);
			expect(networkErrorOf(await errorOf('http://127.0.0.1:2/x', { httpAgent }), false).delivered).toBe('unknown');
		});

		it.each<[string, Behavior]>([
			['ends', (socket) => socket.end()],
			['breaks off', (socket) => socket.destroy()],
			['answers something that is no HTTP', (socket) => socket.end('hello\r\n\r\n')],
			['never answers', () => undefined],
		])('but a connection that %s after TLS was agreed on may have carried the request', async (_what, behave) => {
			// A key that both sides know replaces a certificate.
			const pre = { psk: Buffer.from('0123456789abcdef'), identity: 'test' };
			const tls = { ciphers: 'PSK', maxVersion: 'TLSv1.2' } as const;
			const provider = createTlsServer({ ...tls, pskCallback: () => pre.psk }, (socket) => {
				socket.on('error', () => undefined);
				socket.once('data', () => behave(socket));
			});
			await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
			const httpsAgent = new HttpsAgent({ ...tls, pskCallback: () => pre, checkServerIdentity: () => undefined });
			const error = await errorOf(`https://127.0.0.1:${(provider.address() as AddressInfo).port}/x`, { httpsAgent });
			provider.close();
			expect(networkErrorOf(error, false)).toMatchObject({ delivered: 'unknown' });
		});
	});

	it.each([
		['the proxy hangs up', new Error('Proxy connection ended before receiving CONNECT response'), true],
		['the proxy is refused', networkError('ECONNREFUSED'), true],
		['n8n has no token', new Error('OAuth credentials not connected'), false],
	])("%s: whether it is the network's", (_what, error, expected) => {
		expect(isNetworkError(error)).toBe(expected);
	});

	it('knows its own ending', () => {
		expect(networkErrorOf(networkError('ERR_CANCELED'), true)).toEqual({ delivered: 'unknown', cause: 'stopped', transient: false });
	});
});
