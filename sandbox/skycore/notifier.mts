/** What Skycore posts to the receiver: opt-in status, email status and inbound messages, in the shapes of several years. */

import { HOUR_MS, MINUTE_MS, type DeliveryPolicy } from '../postbacks/policy.mts';
import type { StandInContext } from '../standIn.mts';
import { xmlElements } from '../wire/xml.mts';
import type { SkycoreSettings } from './settings.mts';

/** "after 5 minutes, at most 5 retries"; exactly 200 is success; the queue is worked off every second. */
const POLICY: DeliveryPolicy = {
	waitsMs: [5, 5, 5, 5, 5].map((minutes) => minutes * MINUTE_MS),
	accepts: (status) => status === 200,
	passMs: 1_000,
};
const TRANSACTIONS_BEFORE = 325_000;

export class Notifier {
	private readonly context: StandInContext<SkycoreSettings>;
	private transactions = 0;

	constructor(context: StandInContext<SkycoreSettings>) {
		this.context = context;
	}

	clear(): void {
		this.transactions = 0;
	}

	/**
	 * N301: opted in; N302: opted out.
	 *
	 * @param ref of the campaign
	 * @param source who caused it: 'API', 'MO' ...
	 */
	status(code: 'N301' | 'N302', mobile: string, ref: string, source: string): void {
		const { optInPostbacks, shortCode, brandName, postbackShape, campaigns } = this.settings;
		if (!optInPostbacks) return;
		const campaign = campaigns[ref];
		const id = String(campaign?.id ?? 0);
		if (postbackShape === 'notification2013') {
			this.notification2013(code, mobile, id);
			return;
		}
		const head: Array<[string, string]> = [
			['ORIGIN', 'SUB'],
			['CODE', code],
			['MOBILE', mobile],
		];
		const tail: Array<[string, string]> = [
			['TIMESTAMP', this.timestamp(Date.now())],
			['SHORTCODE', shortCode],
			['CAMPAIGNTITLE', campaign?.title ?? ref],
			['BRANDNAME', brandName],
			['SOURCE', source],
		];
		if (postbackShape === 'current') this.postSample(code, [...head, ['CAMPAIGNREF', ref], ...tail]);
		else if (postbackShape === 'campaignId2014') this.postSample(code, [...head, ['CAMPAIGNID', id], ...tail]);
		else this.postSample(code, [...head, ['CAMPAIGNID', id], ['SUBID', String(this.nextTransaction())]]);
	}

	/**
	 * N303: an email address opted in; N304: out.
	 *
	 * @param id of the campaign
	 */
	email(code: 'N303' | 'N304', email: string, id: string): void {
		if (!this.settings.optInPostbacks) return;
		this.postSample(code, [
			['ORIGIN', 'EMAIL_SUB'],
			['CODE', code],
			['EMAIL', email],
			['CAMPAIGNID', id],
		]);
	}

	/** N211: a person texted the short code. */
	inbound(from: string, text: string): void {
		const { inboundPostbacks, inboundPostbackUrl, shortCode } = this.settings;
		if (!inboundPostbacks) return;
		const body = xmlElements(
			[
				['ORIGIN', 'SMS_MO'],
				['CODE', 'N211'],
				['FROM', from],
				['TO', shortCode],
				['TEXT', text],
				['RECEIVED', `${this.timestamp(Date.now())}:00`],
				['TRANSACTIONID', String(this.nextTransaction())],
			],
			'\n',
		);
		// Samples of inbound messages have no XML declaration.
		this.post('N211', `<POSTBACK>\n${body}\n</POSTBACK>`, inboundPostbackUrl);
	}

	private get settings(): SkycoreSettings {
		return this.context.settings;
	}

	private notification2013(code: string, mobile: string, id: string): void {
		const local = new Date(Date.now() + this.settings.utcOffsetHours * HOUR_MS).toISOString();
		const created = `${local.replace('T', ' ').replace('Z', '000')}${this.offset()} `;
		const body = xmlElements([
			['MOBILE', mobile],
			['CAMPAIGNID', id],
		]);
		this.post(
			code,
			`<NOTIFICATION id="${this.nextTransaction()}" created="${created}"><ORIGIN>SUB</ORIGIN><CODE>${code}</CODE><BODY>${body}</BODY></NOTIFICATION>`,
		);
	}

	private postSample(code: string, pairs: ReadonlyArray<readonly [string, string]>): void {
		this.post(code, `<?xml version='1.0'?>\n<POSTBACK>\n${xmlElements(pairs, '\n')}\n</POSTBACK>`);
	}

	private post(event: string, xml: string, ownUrl = ''): void {
		const { postbackForm, postbackUrl, postbackContentType } = this.settings;
		const form = postbackForm === 'form';
		this.context.postbacks.enqueue(
			{
				event,
				url: ownUrl === '' ? postbackUrl : ownUrl,
				method: 'POST',
				headers: { 'content-type': form ? 'application/x-www-form-urlencoded' : postbackContentType },
				body: form ? new URLSearchParams({ xml }).toString() : xml,
			},
			POLICY,
		);
	}

	/** '2014-07-02T14:32:23-04': an offset without minutes, as in the sample. */
	private timestamp(at: number): string {
		const local = new Date(at + this.settings.utcOffsetHours * HOUR_MS).toISOString().slice(0, 19);
		return `${local}${this.offset()}`;
	}

	private offset(): string {
		const { utcOffsetHours } = this.settings;
		return `${utcOffsetHours < 0 ? '-' : '+'}${String(Math.abs(Math.trunc(utcOffsetHours))).padStart(2, '0')}`;
	}

	private nextTransaction(): number {
		this.transactions += 1;
		return TRANSACTIONS_BEFORE + this.transactions;
	}
}
