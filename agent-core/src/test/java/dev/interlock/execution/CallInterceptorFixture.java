package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Tools within interceptors. */
abstract class CallInterceptorFixture {

    final FakeTime time = new FakeTime();
    final List<String> told = new CopyOnWriteArrayList<>();
    final AtomicInteger attempts = new AtomicInteger();
    final CountDownLatch quickRan = new CountDownLatch(1);
    final ToolSet tools = ToolSet.of(
            ToolDefinition.of("write", Effects.writes("account/{id}"), call -> {
                told.add("write " + call.arguments());
                return "written";
            }),
            ToolDefinition.of("read", Effects.reads("account/{id}"), call -> {
                told.add("read " + call.arguments());
                return "balance";
            }),
            ToolDefinition.of("quick", Effects.pure(), call -> {
                told.add("quick");
                quickRan.countDown();
                return "ok";
            }),
            ToolDefinition.of("flaky", Effects.reads("flaky"), call -> {
                if (attempts.incrementAndGet() < 3) {
                    throw new IOException("attempt " + attempts + " failed");
                }
                told.add("flaky");
                return "at last";
            }),
            ToolDefinition.of("fail", Effects.reads("a"), call -> {
                throw new IOException("broken");
            }),
            ToolDefinition.of("hang", Effects.reads("a"), call -> {
                blockUntilInterrupted();
                return null;
            }));

    ToolCallExecutor.Builder with(CallInterceptor... interceptors) {
        ToolCallExecutor.Builder builder = ToolCallExecutor.builder().time(time);
        for (CallInterceptor interceptor : interceptors) {
            builder.interceptor(interceptor);
        }
        return builder;
    }

    List<CallResult> run(ToolCallExecutor.Builder executor, ToolCall... calls) throws Exception {
        return start(executor.build(), tools, calls).get();
    }

    Outcome outcome(ToolCallExecutor.Builder executor, ToolCall call) throws Exception {
        return run(executor, call).get(0).outcome();
    }

    CallInterceptor logging(String name) {
        return call -> {
            told.add(name + " before");
            try {
                return call.proceed();
            } finally {
                told.add(name + " after");
            }
        };
    }

    static ToolPolicy retrying(Duration delay) {
        return ToolPolicy.builder()
                .retry(RetryPolicy.builder().initialDelay(delay).jitter(0).build())
                .build();
    }
}
