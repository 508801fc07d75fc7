package dev.interlock.reportpage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.report.HtmlReport;
import dev.interlock.report.ReportContent;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/**
 * The bounds are those of a machine that does much else; on an idle one the page takes a tenth or less. The page is
 * fast because it draws only the rows in sight, and the tests count those.
 */
class LargeRunTest extends PageFixture {

    @Test
    void five_thousand_calls_are_drawn_at_once_and_scroll_smoothly() {
        show(Runs.of(20, 5_000, 9));

        assertThat(decimal("return performance.getEntriesByName('first-contentful-paint')[0].startTime"))
                .as("ms to the first paint")
                .isLessThan(15_000);
        assertThat(decimal("return performance.getEntriesByName('drawn')[0].startTime"))
                .as("ms until all is there")
                .isLessThan(15_000);
        assertThat(count("#grid .row")).isBetween(10L, 120L);
        assertThat(text("#shown")).isEqualTo("5,000 calls");

        double median = decimalAfter("""
                const done = arguments[arguments.length - 1];
                const scroll = document.getElementById('scroll');
                const step = scroll.scrollHeight / 60;
                const frames = [];
                let last = performance.now();
                const next = () => {
                  const now = performance.now();
                  frames.push(now - last);
                  last = now;
                  if (frames.length > 60) { frames.sort((a, b) => a - b); done(frames[30]); return; }
                  scroll.scrollTop += step;
                  requestAnimationFrame(next);
                };
                requestAnimationFrame(next);""");
        assertThat(median).as("ms a frame while it scrolls").isLessThan(1_000);
        assertThat(count("#call-19-249"))
                .as("the last call is there at the end")
                .isEqualTo(1);
        assertThat(count("#grid .row")).isLessThan(120);
    }

    private static double decimalAfter(String script) {
        return ((Number) browser().driver().executeAsyncScript(script)).doubleValue();
    }

    @Test
    void five_thousand_calls_of_one_round_can_be_walked() {
        show(Runs.of(1, 5_000, 10));

        press(Keys.END);
        assertThat(chosen()).isEqualTo("call-0-4999");
        press(Keys.ARROW_LEFT, Keys.ARROW_UP);

        assertThat(count("#grid .row")).isLessThan(120);
        assertThat(browser().console()).isEmpty();
    }

    @Test
    void a_thousand_calls_are_at_most_250_KiB() {
        assertThat(HtmlReport.of(Runs.of(10, 1_000, 12), ReportContent.NONE)).hasSizeLessThanOrEqualTo(250 * 1_024);
    }
}
