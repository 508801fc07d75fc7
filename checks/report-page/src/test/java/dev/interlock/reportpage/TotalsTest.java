package dev.interlock.reportpage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import dev.interlock.report.RunReport;
import dev.interlock.report.WhatIf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.support.ui.Select;

/** Figures of the page are those of the report. */
class TotalsTest extends PageFixture {

    private static long micros(Duration time) {
        return time.toNanos() / 1_000;
    }

    /** Kind by kind, in microseconds, as the page says. */
    private static Map<String, Long> legend() {
        Map<String, Long> times = new TreeMap<>();
        all("#legend li[data-kind]")
                .forEach(item -> times.put(
                        item.getDomAttribute("data-kind"),
                        Long.parseLong(item.findElement(By.tagName("data")).getDomAttribute("value"))));
        return times;
    }

    /** As the traces say. */
    private static Map<String, Long> times(RunReport run, Predicate<CallTrace> which) {
        Map<String, Long> times = new TreeMap<>();
        run.rounds().stream()
                .flatMap(round -> round.traces().stream())
                .filter(which)
                .flatMap(trace -> trace.spans().stream())
                .forEach((Span span) -> times.merge(span.kind().key(), micros(span.duration()), Long::sum));
        return times;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void totals_are_those_of_the_report(long seed) {
        RunReport run = Runs.of(3, 90, seed);
        show(run);

        assertThat(browser().run("return [...document.querySelectorAll('#figures data')].map(data => data.value)"))
                .asInstanceOf(InstanceOfAssertFactories.list(String.class))
                .contains(
                        String.valueOf(micros(run.timeInRounds())),
                        String.valueOf(micros(run.sequentialTime())),
                        String.valueOf(micros(run.timeSaved())),
                        String.valueOf(micros(run.elapsed())));
        Map<String, Long> expected = new TreeMap<>();
        run.times().forEach((kind, time) -> expected.put(kind.key(), micros(time)));
        assertThat(legend()).isEqualTo(expected).isEqualTo(times(run, trace -> true));
        assertThat(text("#title")).startsWith("3 rounds, 90 calls");
        Map<String, String> ends = new TreeMap<>();
        run.ends().forEach((end, count) -> ends.put(end.key(), String.valueOf(count)));
        Map<String, String> shown = new TreeMap<>();
        all("#ends button")
                .forEach(button -> shown.put(
                        button.getDomAttribute("data-end"),
                        button.findElement(By.className("count")).getText()));
        assertThat(shown).isEqualTo(ends);
    }

    /** A round of two calls beside each other: 150 µs of each are of that kind, or of a part of it. */
    private static RoundReport waiting(TimeKind kind, Duration length) {
        RoundReport round = Rounds.of(Rounds.Asked.of("pay", 100_000), Rounds.Asked.of("tell", 100_000));
        List<CallTrace> traces = round.traces().stream()
                .map(trace -> {
                    List<Span> spans = new ArrayList<>(trace.spans());
                    Span start = spans.removeFirst();
                    spans.addFirst(new Span(start.kind(), start.start().plus(length), start.end(), 0, null));
                    spans.addFirst(new Span(kind, start.start(), start.start().plus(length), 0, null));
                    return new CallTrace(trace.end(), spans, trace.settings());
                })
                .toList();
        return new RoundReport(
                round.round(),
                round.plan(),
                round.results(),
                traces,
                round.maxConcurrency(),
                round.start(),
                round.end());
    }

    @Test
    void a_round_has_a_quotient_unless_calls_waited_for_a_person_however_shortly() {
        show(new RunReport(List.of(waiting(TimeKind.PERMIT, Duration.ofNanos(800)))));
        assertThat(text(".row.round")).contains("2.0\u00d7");
        assertThat(text("#figures")).contains("speed-up");

        for (TimeKind kind : List.of(TimeKind.APPROVAL, TimeKind.PENDING)) {
            for (long nanos : List.of(800L, 100_000L)) {
                show(new RunReport(List.of(waiting(kind, Duration.ofNanos(nanos)))));
                assertThat(text(".row.round")).contains("one after another").doesNotContain("\u00d7");
                assertThat(text("#figures")).doesNotContain("speed-up");
            }
        }
    }

    @Test
    void calls_that_ended_before_their_round_was_resumed_do_not_count() {
        RoundReport round =
                Rounds.of(Rounds.Asked.of("tell", 100).ending(CallEnd.REJECTED, "no"), Rounds.Asked.of("pay", 100_000));
        List<CallTrace> traces = List.of(
                new CallTrace(CallEnd.REJECTED, List.of(), CallTrace.Settings.NONE, true),
                round.traces().get(1));
        show(new RunReport(
                List.of(new RoundReport(1, round.plan(), round.results(), traces, 5, round.start(), round.end()))));

        assertThat(text("#title")).startsWith("1 round, 1 call");
        assertThat(text(".row.round")).contains("1 call  \u00b7  1 ended before");
        assertThat(text("#call-0-0 .end")).isEqualTo("\u2715 rejected before");
        assertThat(count("#ends button[data-end='rejected']")).isZero();
        click("#ends button[data-end='ok']");
        assertThat(count(".row.call")).isEqualTo(1);
    }

    @Test
    void what_ifs_are_those_of_the_report() {
        RunReport run = Runs.of(3, 60, 4);
        show(run);

        List<WhatIf> whatIfs = run.whatIfs();
        assertThat(whatIfs).isNotEmpty();
        assertThat(texts("#what-if-table tbody .change"))
                .isEqualTo(whatIfs.stream().map(WhatIf::change).toList());
        assertThat(texts("#what-if-table tbody .strong"))
                .isEqualTo(whatIfs.stream()
                        .map(whatIf -> String.format(Locale.ROOT, "%.1f\u00d7", whatIf.speedup()))
                        .toList());
    }

    @Test
    void filters_by_outcome_and_counts_what_is_shown() {
        RunReport run = Runs.of(2, 80, 5);
        int failed = run.ends().get(CallEnd.FAILED) + run.ends().get(CallEnd.TIMED_OUT);
        show(run);

        click("#ends button[data-end='failed']");
        click("#ends button[data-end='timed_out']");

        assertThat(text("#shown")).isEqualTo(failed + " of 80 calls");
        assertThat(count(".row.call")).isEqualTo(failed);
        assertThat(count(".row.call.bad")).isEqualTo(failed);
        assertThat(find("#ends button[data-end='failed']").getDomAttribute("aria-pressed"))
                .isEqualTo("true");
        assertThat(legend())
                .isEqualTo(times(run, trace -> trace.end() == CallEnd.FAILED || trace.end() == CallEnd.TIMED_OUT));
    }

    @Test
    void filters_by_tool_and_shows_all_again() {
        RunReport run = Runs.of(2, 80, 6);
        show(run);

        new Select(find("#tool")).selectByIndex(2);
        browser().frame();

        List<String> tools = new ArrayList<>();
        for (RoundReport round : run.rounds()) {
            round.results().forEach(result -> tools.add(result.call().tool()));
        }
        String tool = tools.stream().distinct().sorted().toList().get(1);
        assertThat(texts(".row.call .tool")).containsOnly(tool).hasSize((int)
                tools.stream().filter(tool::equals).count());
        assertThat(text("#shown")).endsWith(" of 80 calls");
        click("#clear");
        assertThat(text("#shown")).isEqualTo("80 calls");
        assertThat(legend()).isEqualTo(times(run, trace -> true));
    }

    @Test
    void filters_that_nothing_matches_say_so() {
        show(Runs.small());

        new Select(find("#tool")).selectByVisibleText("quotePrice (1)");
        click("#ends button[data-end='failed']");

        assertThat(find("#notice").getText()).isEqualTo("No call matches the filters.");
        assertThat(count(".row.call")).isZero();
        click("#clear");
        assertThat(find("#notice").isDisplayed()).isFalse();
        assertThat(count(".row.call")).isEqualTo(8);
    }

    @Test
    void shares_sum_up_to_the_whole() {
        RunReport run = Runs.of(1, 40, 7);
        show(run);

        double bar = decimal("return [...document.querySelectorAll('#times-bar rect')]"
                + ".reduce((sum, part) => sum + parseFloat(part.getAttribute('width')), 0)");
        assertThat(bar).isCloseTo(100, within(3.0));
    }
}
