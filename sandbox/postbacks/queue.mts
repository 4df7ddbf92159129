const SPENT_ENTRIES_KEPT = 1_000;

/** First in, first out, in constant time. */
export class Queue<T> {
	private items: T[] = [];
	private head = 0;

	get size(): number {
		return this.items.length - this.head;
	}

	push(item: T): void {
		this.items.push(item);
	}

	shift(): T | undefined {
		const item = this.items[this.head];
		if (item === undefined) return undefined;
		this.head += 1;
		if (this.head > SPENT_ENTRIES_KEPT && this.head * 2 > this.items.length) {
			this.items = this.items.slice(this.head);
			this.head = 0;
		}
		return item;
	}

	clear(): void {
		this.items = [];
		this.head = 0;
	}
}
