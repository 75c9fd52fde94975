package io.sluice.benchmarks.pipeline;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.SdkLoggerProviderBuilder;
import io.sluice.exporter.Signal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Logs records with 5 attributes; a record's time is its number, by which the sink knows it. */
final class LoggedApplication implements Application {

    private static final AttributeKey<String> THREAD = AttributeKey.stringKey("thread.name");
    private static final AttributeKey<String> LOGGER = AttributeKey.stringKey("logger.name");
    private static final AttributeKey<String> CUSTOMER = AttributeKey.stringKey("customer.tier");
    private static final AttributeKey<Long> ORDER = AttributeKey.longKey("order.id");
    private static final AttributeKey<Long> ITEMS = AttributeKey.longKey("order.items");

    private final AtomicLong numbers = new AtomicLong();
    private final SdkLoggerProvider provider;
    private final Logger logger;

    LoggedApplication(Pipeline pipeline, String endpoint) {
        SdkLoggerProviderBuilder builder = SdkLoggerProvider.builder();
        switch (pipeline.side()) {
            case SLUICE ->
                builder.addLogRecordProcessor(SluiceSide.start(pipeline, endpoint, Signal.LOGS, Duration.ofSeconds(60))
                        .logRecordProcessor());
            case UPSTREAM -> builder.addLogRecordProcessor(UpstreamSide.logs(pipeline, endpoint));
            case SDK_ALONE -> {}
        }
        provider = builder.build();
        logger = provider.get("io.sluice.benchmarks");
    }

    @Override
    public void item() {
        logger.logRecordBuilder()
                .setTimestamp(numbers.incrementAndGet(), TimeUnit.NANOSECONDS)
                .setSeverity(Severity.INFO)
                .setBody("order 4711 was paid and is on its way to the warehouse")
                .setAttribute(THREAD, "http-nio-8080-exec-7")
                .setAttribute(LOGGER, "com.example.shop.orders.OrderService")
                .setAttribute(CUSTOMER, "gold")
                .setAttribute(ORDER, 4711L)
                .setAttribute(ITEMS, 3L)
                .emit();
    }

    @Override
    public long made() {
        return numbers.get();
    }

    @Override
    public CompletableResultCode flush() {
        return provider.forceFlush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return provider.shutdown();
    }
}
