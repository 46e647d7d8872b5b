import type { IExecuteFunctions, NodeOperationError } from 'n8n-workflow';
import type { DateTime } from 'luxon';
import type { StartRequest } from '../../transport/workflowRuns';
import { fieldError } from '../fieldError';
import { readId } from '../id';
import { isTimeZone } from '../../fields/timeZone';
import { readDateTime, toDayTimestamp, toTimestamp } from '../timestamp';

/** What Amperity's prefixes of configuration IDs stand for. Others are passed on: they may be new. */
const WITHOUT_RANGE_AND_MODE: Record<string, string> = {
	og: 'an orchestration group',
	cc: 'a campaign',
};

/**
 * Reads one item's fields of a start and checks them, so that nothing wrong is ever sent.
 *
 * @throws NodeOperationError that names the field, the item and the remedy
 */
export function readStartRequest(context: IExecuteFunctions, itemIndex: number): StartRequest {
	return new StartFields(context, itemIndex).toRequest();
}

class StartFields {
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly itemIndex: number,
	) {}

	toRequest(): StartRequest {
		const configId = this.configId();
		const runMode = this.text('runMode');
		const request: StartRequest = {
			config_id: configId,
			...this.range(),
			...(runMode === 'configured' ? {} : { run_mode: runMode }),
		};
		const kind = WITHOUT_RANGE_AND_MODE[configId.slice(0, 2)];
		if (kind && configId.charAt(2) === '-') this.refuseCourierFields(request, kind);
		return request;
	}

	private configId(): string {
		return readId(
			this.context,
			this.itemIndex,
			'configId',
			'Config ID',
			'Copy the ID in Amperity: on the Sources, Destinations or Campaigns page, open the menu of the row and choose Copy ID. An ID looks like "cg-123ABc4DE".',
		);
	}

	private range(): Pick<StartRequest, 'range_from' | 'range_to'> {
		switch (this.text('timeRange')) {
			case 'day':
				return { range_from: toDayTimestamp(this.date('Day', 'day')) };
			case 'range':
				return this.dateRange();
			default:
				return {};
		}
	}

	private dateRange(): Pick<StartRequest, 'range_from' | 'range_to'> {
		const hasTo = !this.isEmpty('rangeTo');
		if (hasTo && this.isEmpty('rangeFrom')) {
			throw this.invalid(
				'Range From is empty but Range To is set',
				'Enter Range From as well: Amperity needs the start of every range.',
			);
		}
		const from = this.date('Range From', 'rangeFrom');
		if (!hasTo) return { range_from: toTimestamp(from) };

		const to = this.date('Range To', 'rangeTo');
		if (toTimestamp(from) >= toTimestamp(to)) {
			throw this.invalid(
				`Range From (${toTimestamp(from)}) is not before Range To (${toTimestamp(to)})`,
				'Range To is exclusive: to cover one whole day, enter the day after it.',
			);
		}
		return { range_from: toTimestamp(from), range_to: toTimestamp(to) };
	}

	private date(label: string, name: string): DateTime {
		if (this.isEmpty(name)) {
			throw this.invalid(`${label} is empty`, 'Enter a date, or set Time Range to None.');
		}
		const value = this.context.getNodeParameter(name, this.itemIndex);
		const date = readDateTime(value, this.timeZone());
		if (!date) {
			throw this.invalid(
				`${label} is not a date that exists: ${JSON.stringify(value)}`,
				'Enter a date like 2026-10-01 or 2026-10-01T06:00:00Z.',
			);
		}
		return date;
	}

	private timeZone(): string {
		const zone = this.text('options.timeZone') || 'UTC';
		if (!isTimeZone(zone)) {
			throw this.invalid(
				`Time Zone is not a known time zone: ${JSON.stringify(zone)}`,
				'Enter a name like America/New_York or UTC.',
			);
		}
		return zone;
	}

	private refuseCourierFields(request: StartRequest, kind: string): void {
		const field = request.run_mode ? 'Run Mode' : request.range_from ? 'Time Range' : undefined;
		if (!field) return;
		throw this.invalid(
			`${field} is for courier groups only, but Config ID ${request.config_id} is ${kind}`,
			request.run_mode ? 'Set Run Mode to As Configured in Amperity.' : 'Set Time Range to None.',
		);
	}

	private text(name: string): string {
		return String(this.context.getNodeParameter(name, this.itemIndex, '') ?? '').trim();
	}

	private isEmpty(name: string): boolean {
		const value = this.context.getNodeParameter(name, this.itemIndex, '');
		return value === null || value === undefined || value === '';
	}

	private invalid(message: string, description: string): NodeOperationError {
		return fieldError(this.context, this.itemIndex, message, description);
	}
}
