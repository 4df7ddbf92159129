const CONTENT_TYPES = [
	'',
	'text/xml',
	'text/xml; charset=iso-8859-1',
	'application/xml; charset=utf-16le',
	'application/x-www-form-urlencoded',
	'application/x-www-form-urlencoded; charset=windows-1252',
	'multipart/form-data; boundary=b',
	'application/json',
	'application/json; charset="utf-8"',
	'text/plain;charset=nonsense',
];

/**
 * Makes a postback's head and body out of a fuzzer's bytes.
 *
 * @param data the first byte chooses the content type, the others are the body
 */
export function headAndBody(data: Buffer): { contentType: string; body: Buffer } {
	return { contentType: CONTENT_TYPES[(data[0] ?? 0) % CONTENT_TYPES.length] ?? '', body: data.subarray(1) };
}
