package dev.interlock.observation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.ToolCall;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A registry whose observations become spans of OpenTelemetry, kept in memory. */
final class Traces {

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build();
    private final ObservationRegistry registry = ObservationRegistry.create();

    Traces() {
        OtelTracer tracer = new OtelTracer(openTelemetry(), new OtelCurrentTraceContext(), event -> {});
        registry.observationConfig().observationHandler(new DefaultTracingObservationHandler(tracer));
    }

    ObservationRegistry registry() {
        return registry;
    }

    /** Without Micrometer. */
    Tracer openTelemetry() {
        return provider.get("test");
    }

    /** Observes something on the current thread, as a caller or a tool does. */
    <T> T observed(String name, Supplier<T> body) {
        return Observation.createNotStarted(name, registry).observe(body);
    }

    List<SpanData> spans() {
        return exporter.getFinishedSpanItems();
    }

    /** The only one of that name. */
    SpanData span(String name) {
        List<SpanData> found = all(name);
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }

    List<SpanData> all(String name) {
        return spans().stream().filter(span -> span.getName().equals(name)).toList();
    }

    /** The name of a span's parent; null for a root. */
    @Nullable
    String parent(SpanData span) {
        return spans().stream()
                .filter(other -> other.getSpanId().equals(span.getParentSpanId()))
                .map(SpanData::getName)
                .findFirst()
                .orElse(null);
    }

    static @Nullable String attribute(SpanData span, String key) {
        return span.getAttributes().get(AttributeKey.stringKey(key));
    }

    static List<String> events(SpanData span) {
        return span.getEvents().stream().map(EventData::getName).toList();
    }

    static ToolCall call(String tool) {
        return new ToolCall(
                "id-" + tool, tool, JsonNodeFactory.instance.objectNode().put("secret", "s3cr3t"));
    }
}
