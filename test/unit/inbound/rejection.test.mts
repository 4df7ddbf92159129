import { PostbackRejected } from '../../../transport/inbound/rejection.ts';

test('a rejection carries what the sender and the log need', () => {
	const rejection = new PostbackRejected(405, 'method', 'No.', { Allow: 'POST' });
	expect([rejection.status, rejection.step, rejection.message, rejection.headers]).toEqual([405, 'method', 'No.', { Allow: 'POST' }]);
	expect(new PostbackRejected(400, 'body', 'No.').headers).toEqual({});
});
