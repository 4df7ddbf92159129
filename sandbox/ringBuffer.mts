/** A list that keeps the newest entries and forgets the oldest, in constant time. */
export class RingBuffer<T> {
	private entries: T[] = [];
	private next = 0;
	private readonly capacity: () => number;

	/** @param capacity asked with every entry: it may change while the list is in use */
	constructor(capacity: () => number) {
		this.capacity = capacity;
	}

	push(entry: T): void {
		const capacity = this.capacity();
		if (capacity <= 0) return;
		if (this.entries.length < capacity) {
			this.entries.push(entry);
			return;
		}
		this.next %= capacity;
		this.entries[this.next] = entry;
		this.next = (this.next + 1) % capacity;
	}

	/** The newest `limit` entries, oldest first. */
	list(limit = Number.POSITIVE_INFINITY): T[] {
		const ordered = [...this.entries.slice(this.next), ...this.entries.slice(0, this.next)];
		return ordered.length > limit ? ordered.slice(ordered.length - limit) : ordered;
	}

	clear(): void {
		this.entries = [];
		this.next = 0;
	}
}
