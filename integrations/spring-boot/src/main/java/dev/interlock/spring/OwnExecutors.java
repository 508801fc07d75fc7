package dev.interlock.spring;

import dev.interlock.execution.AbandonedCall;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.langchain4j.ParallelTools;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The executors that a context created itself: each {@link ParallelTools}, and each {@link ToolCallExecutor} that is a
 * bean. The context may close these and release what their calls hold. Executors of parent contexts do not count, since
 * they outlive this context; neither do beans not created yet. Thread-safe.
 */
final class OwnExecutors {

    private final ConfigurableListableBeanFactory beans;

    OwnExecutors(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    private <T> Stream<T> own(Class<T> type) {
        return Arrays.stream(beans.getBeanNamesForType(type, false, false))
                .filter(beans::containsSingleton)
                .map(name -> beans.getBean(name, type));
    }

    List<AbandonedCall> abandoned() {
        return Stream.concat(
                        own(ParallelTools.class).map(ParallelTools::abandoned),
                        own(ToolCallExecutor.class).map(ToolCallExecutor::abandoned))
                .flatMap(List::stream)
                .toList();
    }

    /** Releases what a call holds; returns false if there is no such call. Numbers of calls are unique in a JVM. */
    boolean release(long id) {
        return own(ParallelTools.class).anyMatch(each -> each.release(id))
                || own(ToolCallExecutor.class).anyMatch(each -> each.release(id));
    }

    /** Returns the numbers of the rounds that run now. */
    Set<Long> runningRounds() {
        return Stream.concat(
                        own(ParallelTools.class).map(ParallelTools::runningRounds),
                        own(ToolCallExecutor.class).map(ToolCallExecutor::runningRounds))
                .flatMap(Set::stream)
                .collect(Collectors.toSet());
    }

    /**
     * Waits for each of them in turn until it runs no round.
     *
     * @param left how long it may still wait
     * @return whether each has been idle
     */
    boolean awaitIdle(Supplier<Duration> left) throws InterruptedException {
        for (ParallelTools each : own(ParallelTools.class).toList()) {
            if (!each.awaitIdle(left.get())) {
                return false;
            }
        }
        for (ToolCallExecutor each : own(ToolCallExecutor.class).toList()) {
            if (!each.awaitIdle(left.get())) {
                return false;
            }
        }
        return true;
    }

    /** Cancels all running and future rounds. */
    void close() {
        own(ParallelTools.class).forEach(ParallelTools::close);
        own(ToolCallExecutor.class).forEach(ToolCallExecutor::close);
    }
}
