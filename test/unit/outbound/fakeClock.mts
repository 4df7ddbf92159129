import type { Clock } from '../../../transport/outbound/timing';

interface Sleeper {
	at: number;
	wake: () => void;
}

/**
 * A clock that jumps to the next sleeper as soon as nothing else is left to do. Real sockets may still be under way then;
 * time does not pass while `busy` says so.
 */
export class FakeClock implements Clock {
	readonly slept: number[] = [];
	private time = Date.UTC(2026, 0, 1);
	private readonly sleepers: Sleeper[] = [];
	private scheduled = false;

	constructor(private readonly busy: () => boolean = () => false) {}

	now(): number {
		return this.time;
	}

	async sleep(ms: number): Promise<void> {
		this.slept.push(ms);
		await new Promise<void>((wake) => {
			this.sleepers.push({ at: this.time + ms, wake });
			this.schedule();
		});
	}

	private schedule(): void {
		if (this.scheduled) return;
		this.scheduled = true;
		setImmediate(() => {
			this.scheduled = false;
			if (this.busy()) {
				this.schedule();
				return;
			}
			this.sleepers.sort((a, b) => a.at - b.at);
			const next = this.sleepers.shift();
			if (next === undefined) return;
			this.time = Math.max(this.time, next.at);
			next.wake();
			if (this.sleepers.length > 0) this.schedule();
		});
	}
}
