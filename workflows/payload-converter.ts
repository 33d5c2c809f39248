import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/common';
import { UnreadablePayload } from './unreadable-payload.ts';

/**
 * The SDK's converter, but that a run's input which it cannot read becomes a value that says so: thrown there, the error
 * would fail the workflow's task, which is tried for ever. Bundled with the workflows (worker-bundle.ts).
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value, ...rest) => defaultPayloadConverter.toPayload(value, ...rest),
  fromPayload(payload, context) {
    try {
      return defaultPayloadConverter.fromPayload(payload, context);
    } catch (error) {
      // What our own activities return is read by nobody else: there it is a mistake of ours.
      if (context !== undefined && context.type !== 'workflow') throw error;
      return new UnreadablePayload(payload.metadata?.['encoding']) as never;
    }
  },
};
