package dev.interlock.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.FileJournal;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.durable.journal.RoundHandover;
import dev.interlock.durable.journal.RoundJournal;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.replicas.Exchange;
import dev.interlock.replicas.HeldClaim;
import dev.interlock.replicas.LimitServer;
import dev.interlock.replicas.ReplicaClaim;
import dev.interlock.replicas.ReplicaLimits;
import dev.interlock.replicas.Reply;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** A journal and limits of all replicas are taken from beans and properties, and close after the executors. */
@Timeout(60)
class DurableBeansTest {

    private final List<String> told = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    /** Tells what it is told, and what the executor does at its end. */
    private class ToldJournal implements RoundJournal {
        private final String name;

        ToldJournal(String name) {
            this.name = name;
        }

        @Override
        public void write(JournalEntry entry) {
            told.add(name + " " + entry.getClass().getSimpleName());
        }

        @Override
        public List<SuspendedRound> unfinished() {
            return List.of();
        }

        @Override
        public void close() {
            told.add(name + " closed");
        }
    }

    private static ApplicationContextRunner withJournal(
            ApplicationContextRunner runner, String name, RoundJournal journal) {
        return runner.withBean(name, RoundJournal.class, () -> journal);
    }

    private static void chat() {
        assertThat(Contexts.assistant(Contexts.callsAll(1), new Bank()).chat("hello"))
                .isEqualTo("done");
    }

    /** What a call comes to now. */
    private static String called(ParallelTools parallel) {
        AiMessage message = AiMessage.from(ToolExecutionRequest.builder()
                .id("1")
                .name("launch")
                .arguments("{}")
                .build());
        return parallel.execute(message, parallel.tools(new Bank())).get(0).text();
    }

    @Test
    void a_journal_bean_is_told_of_each_round_and_closed_last() {
        withJournal(Contexts.runner(), "journal", new ToldJournal("journal")).run(context -> chat());
        assertThat(told)
                .startsWith("journal RoundBegan", "journal CallStarts")
                .containsOnlyOnce("journal RoundEnded")
                .endsWith("journal RoundEnded", "journal closed");
    }

    @Test
    void a_journal_is_open_until_cancelled_rounds_have_ended() throws Exception {
        ShutdownTest.Slow slow = new ShutdownTest.Slow();
        List<ParallelTools> parallel = new ArrayList<>();
        ToldJournal journal = new ToldJournal("journal") {
            @Override
            public void close() {
                told.add(called(parallel.get(0)));
                super.close();
            }
        };
        withJournal(Contexts.runner(), "journal", journal)
                .withPropertyValues("interlock.shutdown.timeout=0s")
                .run(context -> {
                    parallel.add(context.getBean(ParallelTools.class));
                    var unused = Contexts.async(
                            () -> Contexts.assistant(Contexts.callsSlow(), slow).chat("hello"));
                    slow.started.await();
                    assertThat(told).doesNotContain("journal RoundEnded");
                });
        assertThat(slow.ended.get(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
        assertThat(told).contains("journal RoundEnded").endsWith("journal closed");
        assertThat(told).anyMatch(text -> text.contains("the executor was closed"));
    }

    @Test
    void a_handover_bean_gets_what_journalled_rounds_have_come_to() {
        RoundHandover handover =
                round -> told.add("handed over " + round.calls().size());
        withJournal(Contexts.runner(), "journal", new ToldJournal("journal"))
                .withBean(RoundHandover.class, () -> handover)
                .run(context -> chat());
        assertThat(told).containsSubsequence("journal RoundSettled", "handed over 3", "journal RoundEnded");
    }

    @Test
    void of_several_journals_none_is_taken() {
        ApplicationContextRunner two = withJournal(
                withJournal(Contexts.runner(), "first", new ToldJournal("first")), "second", new ToldJournal("second"));
        two.run(context -> {
            assertThat(context).hasNotFailed();
            chat();
        });
        assertThat(told).containsExactlyInAnyOrder("first closed", "second closed");
    }

    @Test
    void of_several_journals_the_primary_one_is_taken() {
        withJournal(Contexts.runner(), "first", new ToldJournal("first"))
                .withBean(
                        "second",
                        RoundJournal.class,
                        () -> new ToldJournal("second"),
                        definition -> definition.setPrimary(true))
                .run(context -> chat());
        assertThat(told).contains("second RoundEnded").doesNotContain("first RoundBegan");
    }

    @Test
    void a_journal_in_a_file_is_made_by_properties_and_closed_with_the_context() {
        Path file = folder.resolve("of").resolve("rounds.journal");
        Contexts.runner()
                .withPropertyValues(
                        "interlock.journal.file=" + file,
                        "interlock.journal.sync-every=10ms",
                        "interlock.journal.compact-above=1MB")
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(RoundJournal.class);
                    chat();
                    assertThat(file).content().contains("\"launch\"");
                });
        try (FileJournal again = FileJournal.open(file)) {
            assertThat(again.unfinished()).isEmpty();
        }
    }

    @Test
    void a_journal_bean_takes_the_place_of_the_file() {
        Path file = folder.resolve("rounds.journal");
        withJournal(Contexts.runner(), "journal", new ToldJournal("journal"))
                .withPropertyValues("interlock.journal.file=" + file)
                .run(context -> {
                    assertThat(context).hasSingleBean(RoundJournal.class).doesNotHaveBean(FileJournal.class);
                    chat();
                });
        assertThat(told).contains("journal RoundEnded");
        assertThat(file).doesNotExist();
    }

    @Test
    void a_journal_that_another_process_has_keeps_the_application_from_starting() {
        Path file = folder.resolve("rounds.journal");
        try (FileJournal other = FileJournal.open(file)) {
            Contexts.runner()
                    .withPropertyValues("interlock.journal.file=" + file)
                    .run(context -> assertThat(context.getStartupFailure())
                            .hasStackTraceContaining("interlock.journal.file")
                            .hasStackTraceContaining(other + " cannot be opened"));
        }
    }

    @Test
    void a_file_in_a_place_where_none_can_be_is_named() throws Exception {
        Path place = Files.writeString(folder.resolve("place"), "a file, and no folder")
                .resolve("rounds.journal");
        Contexts.runner()
                .withPropertyValues("interlock.journal.file=" + place)
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining(InvalidConfigurationPropertyValueException.class.getName())
                        .hasStackTraceContaining("interlock.journal.file")
                        .hasStackTraceContaining("journal " + place + " cannot be opened"));
    }

    @Test
    void a_wrong_setting_of_the_file_is_named() {
        Contexts.runner()
                .withPropertyValues(
                        "interlock.journal.file=" + folder.resolve("rounds.journal"), "interlock.journal.sync-every=0s")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining(InvalidConfigurationPropertyValueException.class.getName())
                        .hasStackTraceContaining("interlock.journal.sync-every")
                        .hasStackTraceContaining("must be > 0 ms, was 0 ms"));
    }

    /** Grants all that is asked for. */
    private class Granting implements LimitServer {
        private final Set<String> sessions = ConcurrentHashMap.newKeySet();
        private final List<ReplicaClaim> asked = new CopyOnWriteArrayList<>();
        private final List<ParallelTools> parallel = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "orders";
        }

        @Override
        public String description() {
            return "a server in this process";
        }

        @Override
        public Reply exchange(Exchange exchange) {
            asked.addAll(exchange.asked());
            Set<String> granted = ConcurrentHashMap.newKeySet();
            granted.addAll(exchange.waiting());
            exchange.asked().forEach(claim -> granted.add(claim.id()));
            return new Reply(!sessions.add(exchange.session()), granted, Map.of());
        }

        @Override
        public List<HeldClaim> held() {
            return List.of();
        }

        @Override
        public Duration askAgainAfter() {
            return Duration.ofMillis(20);
        }

        @Override
        public void close() {
            told.add(called(parallel.get(0)));
        }
    }

    @Test
    void a_bean_of_limits_holds_over_all_replicas_and_is_closed_after_the_executor() {
        Granting server = new Granting();
        Contexts.runner()
                .withBean(
                        ReplicaLimits.class,
                        () -> ReplicaLimits.builder(server).failClosed().build())
                .withPropertyValues("interlock.total-concurrency=2")
                .run(context -> {
                    server.parallel.add(context.getBean(ParallelTools.class));
                    chat();
                });
        assertThat(server.asked)
                .hasSize(3)
                .allSatisfy(claim -> assertThat(claim.caps())
                        .extracting(ReplicaClaim.Cap::limit)
                        .containsExactly(2));
        assertThat(told).singleElement().asString().contains("the executor was closed");
    }
}
