// Sends known spans, metrics and log records with OpenTelemetry's SDK for JavaScript, each twice: straight to a Collector
// and to the sidecar, so that what arrives by both ways can be compared.
//
//   node client.mjs PROTOCOL COMPRESSION DIRECT SIDECAR NAME
//
// PROTOCOL is http/protobuf, http/json or grpc, COMPRESSION gzip or none, the two ends are URLs, NAME is the service's.
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { credentials } from '@grpc/grpc-js';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import * as jsonTraces from '@opentelemetry/exporter-trace-otlp-http';
import * as jsonMetrics from '@opentelemetry/exporter-metrics-otlp-http';
import * as jsonLogs from '@opentelemetry/exporter-logs-otlp-http';
import * as protoTraces from '@opentelemetry/exporter-trace-otlp-proto';
import * as protoMetrics from '@opentelemetry/exporter-metrics-otlp-proto';
import * as protoLogs from '@opentelemetry/exporter-logs-otlp-proto';
import * as grpcTraces from '@opentelemetry/exporter-trace-otlp-grpc';
import * as grpcMetrics from '@opentelemetry/exporter-metrics-otlp-grpc';
import * as grpcLogs from '@opentelemetry/exporter-logs-otlp-grpc';

const KINDS = {
  'http/json': [jsonTraces, jsonMetrics, jsonLogs],
  'http/protobuf': [protoTraces, protoMetrics, protoLogs],
  grpc: [grpcTraces, grpcMetrics, grpcLogs],
};

function open(protocol, compression, end) {
  const [traces, metrics, logs] = KINDS[protocol];
  const options = (path) => protocol === 'grpc'
    ? { url: end, compression, credentials: credentials.createInsecure() }
    : { url: `${end}/v1/${path}`, compression };
  return {
    spans: new traces.OTLPTraceExporter(options('traces')),
    metrics: new metrics.OTLPMetricExporter(options('metrics')),
    logs: new logs.OTLPLogExporter(options('logs')),
  };
}

// One collection for both ends, for each reader would collect its own.
function both(first, second) {
  return {
    selectAggregationTemporality: (type) => first.selectAggregationTemporality(type),
    selectAggregation: (type) => first.selectAggregation(type),
    export(metrics, done) {
      first.export(metrics, (one) => second.export(metrics, (other) => done(one.code === 0 ? other : one)));
    },
    forceFlush: () => Promise.all([first.forceFlush(), second.forceFlush()]),
    shutdown: () => Promise.all([first.shutdown(), second.shutdown()]),
  };
}

function drive(tracer, meter, logger) {
  const requests = meter.createCounter('client.requests');
  const durations = meter.createHistogram('client.durations');
  for (let i = 0; i < 20; i++) {
    const span = tracer.startSpan(`span ${i}`, { kind: SpanKind.CLIENT });
    const within = trace.setSpan(context.active(), span);
    span.setAttributes({ text: `✓ ${i}`, whole: i * 1_000_000_007, broken: i + 0.25, even: i % 2 === 0 });
    span.addEvent('happened', { number: i });
    if (i % 5 === 0) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: 'fünf' });
    }
    logger.emit({
      timestamp: Date.now(), body: `record ${i} ✓`, severityNumber: SeverityNumber.WARN, attributes: { number: i }, context: within,
    });
    tracer.startSpan('child', { links: [{ context: span.spanContext() }] }, within).end();
    span.end();
    requests.add(1, { rest: i % 3 });
    durations.record(i, { rest: i % 3 });
  }
}

const [protocol, compression, direct, sidecar, name] = process.argv.slice(2);
const ends = [open(protocol, compression, direct), open(protocol, compression, sidecar)];
const resource = resourceFromAttributes({ 'service.name': name, greeting: 'grüß dich ✓', list: ['a', 'ü'] });
const traces = new BasicTracerProvider({ resource, spanProcessors: ends.map((end) => new BatchSpanProcessor(end.spans)) });
const meters = new MeterProvider({
  resource,
  readers: [new PeriodicExportingMetricReader({ exporter: both(ends[0].metrics, ends[1].metrics), exportIntervalMillis: 3_600_000 })],
});
const logs = new LoggerProvider({ resource, processors: ends.map((end) => new BatchLogRecordProcessor({ exporter: end.logs })) });
drive(traces.getTracer('clients', '1.2.3'), meters.getMeter('clients'), logs.getLogger('clients'));
await traces.shutdown();
await meters.shutdown();
await logs.shutdown();
