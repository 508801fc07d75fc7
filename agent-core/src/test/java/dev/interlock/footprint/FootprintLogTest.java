package dev.interlock.footprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FootprintLogTest {

    private static final Outcome DONE = new Outcome.Succeeded("done");
    private static final Outcome FAILED = new Outcome.Failed(new IOException("reset"));

    @TempDir
    Path folder;

    private static CallFootprint footprint(String arguments, Outcome outcome, Access... accesses) {
        return new CallFootprint(
                "conversation",
                ToolCall.parse("1", "ship_order", arguments),
                EffectSource.UNDECLARED,
                "exclusive",
                List.of(Access.write("/")),
                List.of(accesses),
                false,
                outcome);
    }

    @Test
    void a_call_is_a_line() throws Exception {
        Path file = folder.resolve("log.jsonl");
        try (FootprintLog log = FootprintLog.to(file)) {
            log.onFootprint(footprint("{\"id\":42}", DONE, Access.read("customers/7"), Access.write("orders/42")));
            log.onFootprint(footprint("", DONE));
            assertThat(Files.readString(file).replaceAll("\"[0-9a-f]{8}-[0-9a-f]+\"", "\"r\""))
                    .isEqualTo("""
                    {"tool":"ship_order","arguments":{"id":42},"reads":["customers/7"],"writes":["orders/42"],"run":"r"}
                    {"tool":"ship_order","arguments":{},"reads":[],"writes":[],"run":"r"}
                    """);
        }
    }

    @Test
    void a_failure_counts_once_its_tool_has_returned_and_only_if_it_touched_something() throws Exception {
        Path file = folder.resolve("log.jsonl");
        try (FootprintLog log = FootprintLog.to(file)) {
            log.onFootprint(footprint("{}", FAILED));
            log.onFootprint(footprint("{}", FAILED, Access.write("early")));
            log.onFootprint(footprint("[1]", DONE, Access.write("no object")));
            assertThat(file).isEmptyFile();
            log.onFootprint(footprint("{}", DONE, Access.write("a")));
            log.onFootprint(footprint("{}", FAILED, Access.write("late")));
        }
        assertThat(Files.readAllLines(file))
                .satisfiesExactly(
                        line -> assertThat(line).contains("[\"early\"]").endsWith(",\"failed\":true}"),
                        line -> assertThat(line).contains("[\"a\"]").doesNotContain("failed"),
                        line -> assertThat(line).contains("[\"late\"]").endsWith(",\"failed\":true}"));
    }

    @Test
    void calls_of_one_conversation_are_one_run_of_one_log() throws Exception {
        Path one = folder.resolve("one.jsonl");
        Path other = folder.resolve("other.jsonl");
        CallFootprint known = footprint("{}", DONE);
        CallFootprint unknown = new CallFootprint(
                null, known.call(), known.source(), known.effects(), known.declared(), List.of(), false, DONE);
        try (FootprintLog first = FootprintLog.to(one);
                FootprintLog second = FootprintLog.to(other)) {
            first.onFootprint(known);
            first.onFootprint(known);
            first.onFootprint(unknown);
            second.onFootprint(known);
        }
        List<String> lines = Files.readAllLines(one);
        assertThat(lines.get(0)).isEqualTo(lines.get(1));
        assertThat(lines.get(2)).isNotEqualTo(lines.get(0));
        assertThat(Files.readAllLines(other)).doesNotContainAnyElementsOf(lines);
    }

    @Test
    void it_goes_on_where_it_ended_and_stays_within_its_bound() throws Exception {
        Path file = folder.resolve("log.jsonl");
        CallFootprint each = footprint("{}", DONE);
        try (FootprintLog log = FootprintLog.to(file)) {
            log.onFootprint(each);
        }
        long one = Files.size(file);
        try (FootprintLog log = FootprintLog.to(file, 3 * one - 1)) {
            log.onFootprint(each);
            log.onFootprint(each);
            log.onFootprint(each);
        }
        assertThat(Files.size(file)).isEqualTo(2 * one);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FootprintLog.to(file, 0))
                .withMessage("maxBytes must be >= 1, was 0");
    }

    @Test
    void after_closing_nothing_is_written_and_nothing_thrown() throws Exception {
        Path file = folder.resolve("log.jsonl");
        FootprintLog log = FootprintLog.to(file);
        log.close();
        log.onFootprint(footprint("{}", DONE));
        log.close();
        assertThat(file).isEmptyFile();
    }

    @Test
    void an_interrupt_of_the_call_does_not_close_the_file() throws Exception {
        Path file = folder.resolve("log.jsonl");
        try (FootprintLog log = FootprintLog.to(file)) {
            Thread.currentThread().interrupt();
            log.onFootprint(footprint("{}", DONE));
            assertThat(Thread.interrupted()).isTrue();
            log.onFootprint(footprint("{}", DONE));
        }
        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    @Test
    void several_threads_write_whole_lines() throws Exception {
        Path file = folder.resolve("log.jsonl");
        try (FootprintLog log = FootprintLog.to(file)) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 200; i++) {
                        log.onFootprint(footprint("{\"text\":\"a\\nb\"}", DONE, Access.write("x/" + i)));
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        ObjectMapper json = new ObjectMapper();
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(800);
        for (String line : lines) {
            JsonNode node = json.readTree(line);
            assertThat(node.get("writes").size()).isEqualTo(1);
        }
    }

    private static CallFootprint ofTool(String tool, String arguments, Outcome outcome) {
        CallFootprint like = footprint(arguments, outcome);
        return new CallFootprint(
                null,
                ToolCall.parse("1", tool, arguments),
                like.source(),
                like.effects(),
                like.declared(),
                List.of(Access.write("a")),
                false,
                outcome);
    }

    @Test
    void what_is_held_back_is_bounded_and_no_tool_takes_the_room_of_others() throws Exception {
        Path file = folder.resolve("log.jsonl");
        String large = "{\"text\":\"" + "x".repeat(50_000) + "\"}";
        FootprintLog log = FootprintLog.to(file);
        for (int i = 0; i < 1_000; i++) {
            log.onFootprint(ofTool("greedy", large, FAILED));
        }
        assertThat(log.heldBytes()).isBetween(1, FootprintLog.MAX_HELD_BYTES_OF_TOOL);
        log.onFootprint(ofTool("modest", "{}", FAILED));
        log.onFootprint(ofTool("modest", "{}", DONE));
        log.onFootprint(ofTool("greedy", "{}", DONE));
        assertThat(Files.readAllLines(file)).hasSize(5);
        assertThat(log.heldBytes()).isZero();
        for (int i = 0; i < 100; i++) {
            log.onFootprint(ofTool("tool" + i, large, FAILED));
        }
        assertThat(log.heldBytes()).isBetween(1, FootprintLog.MAX_HELD_BYTES);
        log.close();
        assertThat(log.heldBytes()).isZero();
        log.onFootprint(ofTool("tool", "{}", FAILED));
        assertThat(log.heldBytes()).isZero();
    }
}
