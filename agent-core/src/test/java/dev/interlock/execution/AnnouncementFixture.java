package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Calls that announce themselves before their tools, and a log of that. */
abstract class AnnouncementFixture {

    interface Part {
        Part NOTHING = () -> {};

        void run() throws Exception;
    }

    final FakeTime time = new FakeTime();
    final List<String> log = new CopyOnWriteArrayList<>();
    final AtomicInteger announcing = new AtomicInteger();
    final AtomicInteger mostAnnouncing = new AtomicInteger();

    /** A call with something before its tool. */
    class AnnouncingCall extends RoundCall {
        private final String name;
        private final Part before;
        private final Part body;

        AnnouncingCall(ToolCallExecutor executor, String name, Effects effects, Part before, Part body) {
            this(executor, name, effects, ToolPolicy.builder().build(), before, body);
        }

        AnnouncingCall(
                ToolCallExecutor executor, String name, Effects effects, ToolPolicy policy, Part before, Part body) {
            super(executor.rounds()
                    .bind(ToolDefinition.builder(name, call -> null)
                            .effects(effects)
                            .policy(policy)
                            .build()));
            this.name = name;
            this.before = before;
            this.body = body;
        }

        @Override
        protected ToolCall call() {
            return Fixtures.call(name);
        }

        @Override
        protected boolean announces() {
            return true;
        }

        @Override
        protected @Nullable Object run() throws Exception {
            mostAnnouncing.accumulateAndGet(announcing.incrementAndGet(), Math::max);
            log.add("announce " + name);
            try {
                before.run();
            } finally {
                announcing.decrementAndGet();
            }
            announced();
            log.add("run " + name);
            body.run();
            return name;
        }
    }

    AnnouncingCall call(ToolCallExecutor executor, String name, Part before, Part body) {
        return new AnnouncingCall(executor, name, Effects.reads("place"), before, body);
    }

    static Round executed(ToolCallExecutor executor, RoundCall... calls) {
        Round round = executor.rounds().round(Arrays.asList(calls));
        round.execute();
        return round;
    }

    ToolCallExecutor.Builder executor() {
        return ToolCallExecutor.builder().time(time);
    }

    static RoundFailure veto() {
        return new RoundFailure(new SecurityException("no"));
    }

    static List<String> messages(Round round) {
        return round.results().stream()
                .map(result -> result.isSuccess() ? "ran" : result.outcome().message())
                .toList();
    }
}
