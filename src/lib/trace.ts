import { type Attributes, SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('syncline');

/**
 * Runs `work` as one span of a trace: what it calls becomes part of it. Where no traces are wanted this costs next to
 * nothing. Attributes name things (keys, counts, hosts), never a record's values.
 */
export function traced<Result>(
  name: string,
  attributes: Attributes,
  work: (note: (more: Attributes) => void) => Promise<Result>,
): Promise<Result> {
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work((more) => span.setAttributes(more));
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).name });
      throw error;
    } finally {
      span.end();
    }
  });
}
