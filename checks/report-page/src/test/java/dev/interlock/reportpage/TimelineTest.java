package dev.interlock.reportpage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import dev.interlock.report.CriticalPath;
import dev.interlock.report.HtmlReport;
import dev.interlock.report.ReportContent;
import dev.interlock.report.RunReport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.interactions.Actions;

class TimelineTest extends PageFixture {

    private static double left(String css) {
        return decimal("return document.querySelector(arguments[0]).getBoundingClientRect().left", css);
    }

    private static double right(String css) {
        return decimal("return document.querySelector(arguments[0]).getBoundingClientRect().right", css);
    }

    @Test
    void a_call_has_a_bar_an_attempt() {
        show(Runs.small());

        assertThat(count(".row.call")).isEqualTo(8);
        assertThat(count("#call-1-1 .run")).isEqualTo(2);
        assertThat(texts("#call-1-1 .attempt")).containsExactly("1", "2");
        assertThat(count("#call-1-1 .run.early")).isEqualTo(1);
        assertThat(count(".row .run")).isEqualTo(9);
        assertThat(count(".run.bad")).isEqualTo(1);
        assertThat(text("#call-1-3 .took")).isEqualTo("35 ms\u2715 failed");
    }

    @Test
    void waits_are_shaded_by_what_was_waited_for() {
        show(Runs.small());

        assertThat(count("#call-1-2 .wait")).isEqualTo(2);
        assertThat(count("#call-1-2 .k-dependency")).isEqualTo(1);
        assertThat(count("#call-1-3 .k-permit")).isEqualTo(1);
        assertThat(count("#call-1-1 .k-retry")).isEqualTo(1);
        assertThat(count("#call-0-0 .k-dependency, #call-0-0 .k-permit")).isZero();
        assertThat(browser().run("return getComputedStyle(document.querySelector('#call-1-2 .k-dependency')).fill"))
                .isEqualTo("url(\"#p-dependency\")");
    }

    @Test
    void bars_are_as_long_as_the_calls_took_and_begin_where_the_wait_ended() {
        show(Runs.small());

        double scale = (right("#call-1-0 .run") - left("#call-1-0 .run")) / 50;
        assertThat(right("#call-1-2 .run") - left("#call-1-2 .run")).isCloseTo(25 * scale, within(1.0));
        assertThat(left("#call-1-2 .run") - right("#call-1-2 .k-dependency")).isBetween(-0.5, 2.0);
        assertThat(left("#call-1-2 .run")).isCloseTo(right("#call-1-0 .run"), within(2.0));
        assertThat(right("#call-0-1 .run") - left("#call-0-1 .run"))
                .as("rounds have one scale")
                .isCloseTo(60 * scale, within(1.0));
    }

    @Test
    void a_round_can_have_the_full_width() {
        show(Runs.small());
        double before = right("#call-0-1 .run") - left("#call-0-1 .run");

        click("#fit");

        assertThat(right("#call-0-1 .run") - left("#call-0-1 .run")).isGreaterThan(1.7 * before);
    }

    @Test
    void zoom_shows_a_part_and_the_whole_again() {
        show(Runs.small());
        double before = right("#call-1-0 .run") - left("#call-1-0 .run");

        press("+");
        assertThat(count("#call-0-2 .run")).as("it ended before what is shown").isZero();
        press("0");

        assertThat(right("#call-1-0 .run") - left("#call-1-0 .run")).isCloseTo(before, within(0.5));
    }

    @Test
    void arrows_lead_from_the_end_of_a_call_to_the_start_of_those_that_waited() {
        show(Runs.small());

        assertThat(left(".arrow[data-key='1-0-2'] .line") - 2).isLessThan(right("#call-1-0 .run"));
        assertThat(right(".arrow[data-key='1-0-2'] .point")).isCloseTo(left("#call-1-2 .run"), within(1.5));
        double top = decimal(
                "return document.querySelector(arguments[0]).getBoundingClientRect().top",
                ".arrow[data-key='1-0-2'] .line");
        double middle = decimal(
                "const box = document.querySelector(arguments[0]).getBoundingClientRect();"
                        + "return (box.top + box.bottom) / 2",
                "#call-1-0 .run");
        assertThat(top).isCloseTo(middle, within(2.0));
    }

    @Test
    void an_arrow_of_the_critical_path_leads_to_the_attempt_that_waited() {
        RoundReport round = Rounds.of(Rounds.Asked.of("flaky", 5_000), Rounds.Asked.of("long", 100_000));
        CallTrace flaky = trace(
                span(TimeKind.RUN, 0, 5, 1),
                span(TimeKind.RETRY, 5, 15, 1),
                span(TimeKind.PERMIT, 15, 105, 1),
                span(TimeKind.RUN, 105, 110, 2));
        CallTrace other = trace(span(TimeKind.PERMIT, 0, 5, 0), span(TimeKind.RUN, 5, 105, 1));
        show(new RunReport(List.of(new RoundReport(
                1,
                round.plan(),
                round.results(),
                List.of(flaky, other),
                1,
                Rounds.START,
                Rounds.START.plusMillis(110)))));

        assertThat(right(".arrow.critical[data-key='0-1-0'] .point"))
                .isCloseTo(left("#call-0-0 .run[data-span='3']"), within(1.5));
    }

    private static Span span(TimeKind kind, long from, long to, int attempt) {
        return new Span(kind, Rounds.START.plusMillis(from), Rounds.START.plusMillis(to), attempt, null);
    }

    private static CallTrace trace(Span... spans) {
        return new CallTrace(CallEnd.OK, List.of(spans), CallTrace.Settings.NONE);
    }

    @Test
    void an_arrow_tells_its_reason_on_hover() {
        show(Runs.small());
        assertThat(find("#tip").isDisplayed()).isFalse();

        point("1-2-4");

        assertThat(find("#tip").isDisplayed()).isTrue();
        assertThat(text("#tip")).contains("5 waits for 3").contains("call 5 writes parcel/7, which call 3 reads");
    }

    @Test
    void an_arrow_tells_its_reason_on_focus() {
        show(Runs.small());
        click("#call-1-4 .name");

        tab();

        assertThat(focused()).isEqualTo("1-2-4");
        assertThat(find("#tip").isDisplayed()).isTrue();
        assertThat(text("#tip")).contains("call 5 writes parcel/7, which call 3 reads");
        assertThat(find(".arrow:focus").getDomAttribute("aria-label"))
                .isEqualTo("call 5 waits for call 3: call 5 writes parcel/7, which call 3 reads");
        tab();
        assertThat(find("#tip").isDisplayed()).isFalse();
    }

    @Test
    void the_critical_path_is_marked() {
        RunReport run = Runs.of(4, 60, 11);
        show(run);
        browser().resize(1280, 2600);
        browser().frame();

        List<String> expected = new ArrayList<>();
        for (int i = 0; i < run.rounds().size(); i++) {
            RoundReport round = run.rounds().get(i);
            CriticalPath path = CriticalPath.of(round);
            for (int call = 0; call < round.results().size(); call++) {
                if (path.contains(call)) {
                    expected.add("call-" + i + "-" + call);
                }
            }
        }
        assertThat(browser().run("return [...document.querySelectorAll('.row.critical')].map(row => row.id)"))
                .isEqualTo(expected);
        assertThat(texts(".row.critical .mark")).containsOnly("\u25c6");
        assertThat(count(".arrow.critical")).as("each step of the paths").isEqualTo(expected.size() - 4);
    }

    @Test
    void a_bar_tells_what_it_is_on_hover() {
        show(Runs.small());

        new Actions(browser().driver())
                .moveToElement(find("#call-1-1 .run[data-span='1']"))
                .perform();
        browser().frame();

        assertThat(text("#tip"))
                .contains("2 searchRoutes: run (attempt 1 of 2)")
                .contains("30 ms");
    }

    @Test
    void the_details_say_what_a_call_waited_for_and_why() {
        show(Runs.small());

        click("#call-1-4 .name");

        assertThat(text("#details"))
                .contains("notifyCustomer", "writes parcel/7", "for call 3", "annotated")
                .contains("call 5 writes parcel/7, which call 3 reads");
        assertThat(text("#details")).doesNotContain("Arguments", "Result");
        click("#details .link");
        assertThat(chosen()).isEqualTo("call-1-2");
    }

    @Test
    void arguments_and_results_are_shown_where_the_report_has_them() {
        browser().show(HtmlReport.of(Runs.small(), ReportContent.all(50)));

        click("#call-1-3 .name");

        assertThat(texts("#details pre")).containsExactly("{\"argument\":\"x\"}", "the van is taken");
    }

    @Test
    void a_run_without_rounds_says_so() {
        show(Runs.none());

        assertThat(find("#notice").getText()).isEqualTo("No round was recorded.");
        assertThat(find("#main").isDisplayed()).isFalse();
        assertThat(browser().console()).isEmpty();
    }

    @Test
    void a_run_of_one_call_is_drawn() {
        show(Runs.oneCall());

        assertThat(count(".row.call .run")).isEqualTo(1);
        assertThat(count(".arrow")).isZero();
        assertThat(text("#what-if-table")).startsWith("Nothing that could be declared");
    }
}
