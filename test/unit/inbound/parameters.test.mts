import { bodyParameters, queryParameters } from '../../../transport/inbound/parameters.ts';
import { rejected, rejectionOf } from './rejections.mts';

describe('parameters', () => {
	test('come from a URL, and are none without a question mark', () => {
		expect({ ...queryParameters('/a/b?msisdn=1650&text=STOP%20ALL') }).toEqual({ msisdn: '1650', text: 'STOP ALL' });
		expect({ ...queryParameters('/a/b') }).toEqual({});
	});

	test('come from a form or from JSON, whatever the content type says', () => {
		expect({ ...bodyParameters(Buffer.from('msisdn=1650&text=%E2%9C%93'), 'application/json').parameters }).toEqual({
			msisdn: '1650',
			text: '✓',
		});
		expect({ ...bodyParameters(Buffer.from(' {"msisdn":1650}'), '').parameters }).toEqual({ msisdn: 1650 });
	});

	test('have no prototype', () => {
		expect(Object.getPrototypeOf(queryParameters('?a=1'))).toBeNull();
		expect(Object.getPrototypeOf(bodyParameters(Buffer.from('{}'), '').parameters)).toBeNull();
	});

	test('that come twice with different values are refused', () => {
		expect({ ...queryParameters('?a=1&b=2&a=1') }).toEqual({ a: '1', b: '2' });
		expect(rejectionOf(() => queryParameters('?a=1&b=2&a=3'))).toEqual(rejected(400, /twice/));
	});

	test.each(['[1]', '[]'])('from the JSON %s are refused', (json) => {
		expect(rejectionOf(() => bodyParameters(Buffer.from(json), ''))).toEqual(rejected(400, /not one object/));
	});
});
