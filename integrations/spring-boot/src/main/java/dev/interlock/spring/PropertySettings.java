package dev.interlock.spring;

import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.journal.FileJournal;
import dev.interlock.durable.journal.JournalException;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ResultLimit;
import dev.interlock.langchain4j.ParallelTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;

/**
 * Passes the properties {@code interlock.*} to a builder. A property without a value leaves the builder's default, so
 * each default stands in one place. If the builder rejects a value, the error names the property.
 */
final class PropertySettings {

    private final InterlockProperties properties;

    PropertySettings(InterlockProperties properties) {
        this.properties = properties;
    }

    void applyTo(ParallelTools.Builder builder) {
        limits(builder);
        sources(builder);
        set("fail-fast", properties.failFast(), builder::failFast);
        set("coalescing", properties.coalescing(), builder::coalescing);
        set("chaining", properties.chaining(), builder::chaining);
        set("early-start", properties.earlyStart(), builder::earlyStart);
        set("overlapping-hooks", properties.overlappingHooks(), builder::overlappingHooks);
        set("audit", properties.audit(), builder::audit);
        set("logging-context", properties.loggingContext(), builder::loggingContext);
        set(
                "exclusive-across-conversations",
                properties.exclusiveAcrossConversations(),
                builder::exclusiveAcrossConversations);
        properties.tools().forEach((name, tool) -> tool(builder, name, tool));
    }

    private void limits(ParallelTools.Builder builder) {
        set("max-concurrency", properties.maxConcurrency(), builder::concurrency);
        set("total-concurrency", properties.totalConcurrency(), builder::totalConcurrency);
        properties
                .groups()
                .forEach((name, group) -> set(
                        "groups." + name,
                        group,
                        each -> builder.groupConcurrency(
                                each.maxConcurrency(), each.tools().toArray(String[]::new))));
        set("timeout", properties.timeout(), builder::timeout);
        set("call-timeout", properties.callTimeout(), builder::callTimeout);
        set("round-timeout", properties.roundTimeout(), builder::roundTimeout);
        set("grace-period", properties.gracePeriod(), builder::gracePeriod);
        set("held-resource-timeout", properties.heldResourceTimeout(), builder::heldResourceTimeout);
        set("max-calls-per-batch", properties.maxCallsPerBatch(), builder::maxCallsPerBatch);
        set("max-argument-size", properties.maxArgumentSize(), size -> builder.maxArgumentBytes(bytes(size)));
        set("max-calls-per-invocation", properties.maxCallsPerInvocation(), builder::maxCallsPerInvocation);
        set("max-calls-per-tool", properties.maxCallsPerTool(), builder::maxCallsPerTool);
        set("max-repeated-calls", properties.maxRepeatedCalls(), builder::maxRepeatedCalls);
        set(
                "result-limit.max-size",
                properties.resultLimit().maxSize(),
                size -> builder.resultLimit(
                        new ResultLimit(bytes(size), properties.resultLimit().whenLonger())));
    }

    private void sources(ParallelTools.Builder builder) {
        for (int i = 0; i < properties.effectsFiles().size(); i++) {
            set("effects-files[" + i + "]", properties.effectsFiles().get(i), file -> effectsFrom(builder, file));
        }
        properties.accept().forEach(by -> set("accept", by, builder::accept));
        set("undeclared", properties.undeclared(), builder::undeclared);
        set("inference", properties.inference(), builder::inference);
        InterlockProperties.Mcp mcp = properties.mcp();
        set("mcp.catalogue", mcp.catalogue(), builder::mcpCatalogue);
        mcp.trusted().forEach(key -> set("mcp.trusted", key, builder::trustMcp));
        mcp.resources()
                .forEach((key, resource) -> set("mcp.resources." + key, resource, each -> {
                    if (!mcp.trusted().contains(key)) {
                        throw new IllegalArgumentException(
                                "'" + key + "' is not among interlock.mcp.trusted, which holds " + mcp.trusted());
                    }
                    builder.trustMcp(key, each);
                }));
    }

    private static void effectsFrom(ParallelTools.Builder builder, Resource file) {
        try {
            builder.effectsFrom(file.getURL());
        } catch (IOException e) {
            throw new UncheckedIOException(file.getDescription() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void tool(ParallelTools.Builder builder, String name, ToolProperties tool) {
        String prefix = "tools." + name;
        set(prefix + ".effects", tool.effects(), effects -> builder.effects(name, effects(effects)));
        set(prefix + ".max-calls", tool.maxCalls(), max -> builder.maxCallsPerTool(name, max));
        ToolPolicy policy = policy(prefix, tool);
        if (!policy.equals(ToolPolicy.DEFAULT)) {
            builder.policy(name, policy);
        }
    }

    private static ToolPolicy policy(String prefix, ToolProperties tool) {
        ToolPolicy.Builder policy = ToolPolicy.builder();
        set(prefix + ".timeout", tool.timeout(), policy::timeout);
        set(prefix + ".call-timeout", tool.callTimeout(), policy::callTimeout);
        set(prefix + ".max-concurrency", tool.maxConcurrency(), policy::maxConcurrency);
        set(prefix + ".priority", tool.priority(), policy::priority);
        set(prefix + ".idempotent", tool.idempotent(), policy::idempotent);
        set(prefix + ".references", tool.references(), policy::references);
        tool.parameterReferences().forEach(policy::references);
        set(prefix + ".retry", tool.retry(), retry -> policy.retry(retry(retry)));
        try {
            return policy.build();
        } catch (IllegalArgumentException e) {
            throw rejected(prefix, tool, e);
        }
    }

    private static RetryPolicy retry(ToolProperties.Retry retry) {
        RetryPolicy.Builder policy = RetryPolicy.builder();
        ifSet(retry.maxAttempts(), policy::maxAttempts);
        ifSet(retry.initialDelay(), policy::initialDelay);
        ifSet(retry.maxDelay(), policy::maxDelay);
        ifSet(retry.multiplier(), policy::multiplier);
        ifSet(retry.jitter(), policy::jitter);
        return policy.build();
    }

    private static Effects effects(ToolProperties.EffectsProperties said) {
        boolean touches = !said.reads().isEmpty() || !said.writes().isEmpty() || said.exclusiveResource() != null;
        if (said.pure() && (touches || said.exclusive())) {
            throw new IllegalArgumentException(
                    "a pure tool reads and writes nothing, so no other effects can stand beside pure");
        }
        if (!said.pure() && !said.exclusive() && !touches) {
            throw new IllegalArgumentException("must set one of: pure, exclusive, exclusive-resource, reads or writes");
        }
        Effects effects = said.exclusive() ? Effects.exclusive() : Effects.pure();
        if (said.exclusiveResource() != null) {
            effects = effects.and(Effects.exclusive(said.exclusiveResource()));
        }
        if (!said.reads().isEmpty()) {
            effects = effects.and(Effects.reads(said.reads().toArray(String[]::new)));
        }
        if (!said.writes().isEmpty()) {
            effects = effects.and(Effects.writes(said.writes().toArray(String[]::new)));
        }
        for (Map.Entry<String, String> path : said.paths().entrySet()) {
            effects = effects.path(path.getKey(), path.getValue());
        }
        for (String parameter : said.ignoringCase()) {
            effects = effects.ignoringCase(parameter);
        }
        for (String parameter : said.followingLinks()) {
            effects = effects.followingLinks(parameter);
        }
        return effects;
    }

    /** Opens the journal; its file is set. */
    static FileJournal journal(InterlockProperties.Journal settings) {
        Path file = Objects.requireNonNull(settings.file(), "file");
        FileJournal.Builder journal = FileJournal.at(file);
        set("journal.sync-every", settings.syncEvery(), journal::syncEvery);
        set("journal.compact-above", settings.compactAbove(), size -> journal.compactAbove(size.toBytes()));
        try {
            return journal.open();
        } catch (JournalException e) {
            throw rejected("journal.file", file, e);
        }
    }

    private static int bytes(DataSize size) {
        return Math.clamp(size.toBytes(), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static <T> void ifSet(@Nullable T value, Consumer<T> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }

    private static <T> void set(String property, @Nullable T value, Consumer<T> setter) {
        if (value == null) {
            return;
        }
        try {
            setter.accept(value);
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw rejected(property, value, e);
        }
    }

    private static RuntimeException rejected(String property, Object value, RuntimeException why) {
        InvalidConfigurationPropertyValueException rejected = new InvalidConfigurationPropertyValueException(
                "interlock." + property, value, String.valueOf(why.getMessage()));
        rejected.addSuppressed(why);
        return rejected;
    }
}
