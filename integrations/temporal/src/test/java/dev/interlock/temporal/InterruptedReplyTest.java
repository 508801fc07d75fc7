package dev.interlock.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.execution.ToolBody;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.failure.v1.Failure;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.GlobalDataConverter;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.worker.WorkerFactoryOptions;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The interrupt by which a worker is stopped comes when a call has its outcome, and before the server has it. It is the
 * interrupt alone, sent at that point, since a stop itself chooses when it comes.
 *
 * <p>gRPC gives up what an interrupted thread sends. The in-memory server may get it nevertheless, so that its arrival
 * alone would show little: the thread that sends must not be interrupted.
 */
@Timeout(60)
class InterruptedReplyTest {

    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicReference<@Nullable Thread> activity = new AtomicReference<>();
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final AtomicBoolean senderInterrupted = new AtomicBoolean();

    private final WorkerFactoryOptions options = WorkerFactoryOptions.newBuilder(Rig.NOTHING_KEPT)
            .setWorkerInterceptors(new WorkerInterceptorBase() {
                @Override
                public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
                    return new ActivityInboundCallsInterceptorBase(next) {
                        @Override
                        public ActivityOutput execute(ActivityInput input) {
                            activity.set(Thread.currentThread());
                            return super.execute(input);
                        }
                    };
                }
            })
            .build();

    /** As the stop does: it interrupts the activity's thread, once. */
    private void interruptActivity() {
        if (interrupted.compareAndSet(false, true)) {
            Objects.requireNonNull(activity.get()).interrupt();
        }
    }

    private void interruptBeforeSending() {
        interruptActivity();
        if (Thread.currentThread().isInterrupted()) {
            senderInterrupted.set(true);
        }
    }

    private CallResult run(TemporalRounds rounds) {
        WorkflowClientOptions converting = WorkflowClientOptions.newBuilder()
                .setDataConverter(new InterruptingConverter())
                .build();
        try (Rig rig = new Rig(converting)) {
            rig.newWorker(rounds, options);
            return rig.client.execute("reply", Rig.calls("tool {}")).getFirst();
        }
    }

    private ToolSet tools(Effects effects, ToolBody body) {
        return ToolSet.of(ToolDefinition.of("tool", effects, call -> {
            runs.incrementAndGet();
            return body.run(call);
        }));
    }

    @Test
    void an_outcome_reaches_the_round_though_the_interrupt_comes_before_its_reply_leaves() {
        CallResult result = run(TemporalRounds.builder(tools(Effects.writes("a"), call -> "paid"))
                .build());

        assertThat(result.outcome()).isEqualTo(new Outcome.Succeeded("paid"));
        assertThat(runs).hasValue(1);
        assertThat(interrupted).isTrue();
        assertThat(senderInterrupted).isFalse();
    }

    @Test
    void a_failure_of_the_attempt_reaches_the_server_though_the_interrupt_comes_before_it_leaves() {
        ToolBody fails = call -> {
            throw new IllegalStateException(InterruptingConverter.MARK);
        };
        CallResult result = run(TemporalRounds.builder(tools(Effects.reads("a"), fails))
                .policy(
                        "tool",
                        ToolPolicy.builder()
                                .retry(RetryPolicy.builder()
                                        .maxAttempts(2)
                                        .initialDelay(Duration.ofMillis(1))
                                        .build())
                                .build())
                // The server learns of the failure from the worker, or not during this test.
                .heartbeatTimeout(Duration.ofHours(1))
                .build());

        assertThat(result.outcome().message()).contains(InterruptingConverter.MARK);
        assertThat(result.attempts()).isEqualTo(2);
        assertThat(runs).hasValue(2);
        assertThat(interrupted).isTrue();
        assertThat(senderInterrupted).isFalse();
    }

    /** A write that failed by itself is over, so nothing is left to decide. */
    @Test
    void a_failure_before_the_interrupt_stays_the_outcome_of_the_call() {
        ToolBody fails = call -> {
            throw new IllegalStateException("the account is closed");
        };
        CallResult result = run(TemporalRounds.builder(tools(Effects.writes("a"), fails))
                .decideLost(true)
                .listener(event -> {
                    if (event instanceof RoundEvent.CallEnded) {
                        interruptActivity();
                    }
                })
                .build());

        assertThat(result.outcome().message()).contains("the account is closed");
        assertThat(result.outcome()).isInstanceOf(Outcome.Failed.class);
        assertThat(interrupted).isTrue();
    }

    /** Interrupts the activity when the reply of a call, or its failure, is about to be sent. */
    private final class InterruptingConverter implements DataConverter {

        static final String MARK = "no such account";

        private final DataConverter all = GlobalDataConverter.get();

        @Override
        public <T> Optional<Payload> toPayload(T value) {
            return all.toPayload(value);
        }

        @Override
        public <T> T fromPayload(Payload payload, Class<T> valueClass, Type valueType) {
            return all.fromPayload(payload, valueClass, valueType);
        }

        @Override
        public Optional<Payloads> toPayloads(Object... values) {
            Optional<Payloads> payloads = all.toPayloads(values);
            if (values.length == 1 && values[0] instanceof Activities.Reply) {
                interruptBeforeSending();
            }
            return payloads;
        }

        @Override
        public <T> T fromPayloads(int index, Optional<Payloads> content, Class<T> valueType, Type valueGenericType) {
            return all.fromPayloads(index, content, valueType, valueGenericType);
        }

        @Override
        public Failure exceptionToFailure(Throwable throwable) {
            Failure failure = all.exceptionToFailure(throwable);
            if (String.valueOf(throwable.getMessage()).contains(MARK)) {
                interruptBeforeSending();
            }
            return failure;
        }
    }
}
