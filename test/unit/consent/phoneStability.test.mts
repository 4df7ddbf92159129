import { InputProblem } from '../../../consent/failure';
import { readPhone, readProviderPhone } from '../../../consent/phone';

test.each(['+550/120 80) 68958 20', '+550120806895820', '00550120806895820'])(
	'%s, which would be another number each time it is read, is refused',
	(text) => {
		expect(() => readPhone(text)).toThrow(InputProblem);
	},
);

test('so also when a provider sends it: the event is kept, with the number as it came', () => {
	expect(readProviderPhone('550120806895820')).toMatchObject({
		phone: null,
		phoneRaw: '550120806895820',
		warning: expect.stringContaining('cannot be read'),
	});
});

test.each([
	['+44 (0)20 7946 0958', '+442079460958'],
	['+49 (0)30 901820', '+4930901820'],
	['+55 11 96123-4567', '+5511961234567'],
	['+39 06 698 12345', '+390669812345'],
])('a trunk prefix is still taken off where there is one: %s', (text, number) => {
	expect(readPhone(text)).toBe(number);
	expect(readPhone(number)).toBe(number);
});
