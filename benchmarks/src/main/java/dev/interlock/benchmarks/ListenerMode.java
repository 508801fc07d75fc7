package dev.interlock.benchmarks;

import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.observation.RoundMeters;
import dev.interlock.observation.ToolObservations;
import dev.interlock.report.RoundLogger;
import dev.interlock.report.RunRecorder;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** The ways of listening to rounds. */
enum ListenerMode {
    NONE("no listener", 0),
    LISTENER("a listener that does nothing", 1),
    REPORT("report (RunRecorder)", 1),
    LOG("log (RoundLogger)", 1),
    JFR("Flight Recorder", 1),
    METERS("Micrometer: meters, durations", 1),
    OBSERVATIONS("observations, no handler", Double.NaN),
    TIMERS("observations, timers", Double.NaN),
    OPEN_TELEMETRY("observations, OpenTelemetry spans", 5),
    ALL("observations, timers, spans; meters", Double.NaN);

    private final String title;
    private final double bar;

    ListenerMode(String title, double bar) {
        this.title = title;
        this.bar = bar;
    }

    String title() {
        return title;
    }

    /** The bar in µs for each call, above no listener; NaN if there is none. */
    double bar() {
        return bar;
    }

    ToolCallExecutor executor() {
        ToolCallExecutor.Builder builder = ToolCallExecutor.builder().maxConcurrency(Integer.MAX_VALUE);
        switch (this) {
            case NONE, JFR -> {}
            case LISTENER -> builder.listener(event -> {});
            case REPORT -> builder.listener(new RunRecorder(10));
            case LOG -> builder.listener(new RoundLogger());
            case METERS -> builder.listener(RoundMeters.withDurations(new SimpleMeterRegistry(), Tags.empty()));
            case OBSERVATIONS -> builder.listener(observations(new Handler()));
            case TIMERS -> builder.listener(observations(timers()));
            case OPEN_TELEMETRY -> builder.listener(observations(spans()));
            case ALL ->
                builder.listener(observations(spans(), timers())).listener(RoundMeters.to(new SimpleMeterRegistry()));
        }
        return builder.build();
    }

    /** A handler that does nothing. Without any handler, Micrometer makes no observations. */
    private static final class Handler implements ObservationHandler<io.micrometer.observation.Observation.Context> {
        @Override
        public boolean supportsContext(io.micrometer.observation.Observation.Context context) {
            return true;
        }
    }

    private static ToolObservations observations(ObservationHandler<?>... handlers) {
        ObservationRegistry registry = ObservationRegistry.create();
        for (ObservationHandler<?> handler : handlers) {
            registry.observationConfig().observationHandler(handler);
        }
        return ToolObservations.of(registry);
    }

    private static ObservationHandler<?> timers() {
        return new DefaultMeterObservationHandler(
                new SimpleMeterRegistry(), DefaultMeterObservationHandler.IgnoredMeters.LONG_TASK_TIMER);
    }

    /** Samples all spans, and passes them in batches to an exporter that drops them. */
    private static ObservationHandler<?> spans() {
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .addSpanProcessor(BatchSpanProcessor.builder(new Dropping()).build())
                .build();
        return new DefaultTracingObservationHandler(
                new OtelTracer(provider.get("overhead"), new OtelCurrentTraceContext(), event -> {}));
    }

    private static final class Dropping implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
