/** Whether an address points at this machine. */
export function isLoopbackUrl(url: string): boolean {
	try {
		const { hostname } = new URL(url);
		return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
	} catch {
		return false;
	}
}
