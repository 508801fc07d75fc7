package dev.interlock.reportpage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

class KeyboardTest extends PageFixture {

    private static boolean isInSight(String id) {
        return Boolean.TRUE.equals(browser().run("""
                const row = document.getElementById(arguments[0]);
                if (!row) return false;
                const box = row.getBoundingClientRect();
                const frame = document.getElementById('scroll').getBoundingClientRect();
                return box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;""", id));
    }

    @Test
    void arrow_keys_go_from_call_to_call() {
        show(Runs.small());

        press(Keys.ARROW_DOWN);
        assertThat(chosen()).isEqualTo("round-0");
        assertThat(focused()).isEqualTo("grid");
        press(Keys.ARROW_DOWN, Keys.ARROW_DOWN);
        assertThat(chosen()).isEqualTo("call-0-1");
        press(Keys.ARROW_UP);
        assertThat(chosen()).isEqualTo("call-0-0");
        assertThat(text("#details h2")).isEqualTo("1findParcel");
    }

    @Test
    void the_tabulator_key_comes_to_the_calls_with_one_stop() {
        show(Runs.small());
        browser().run("document.getElementById('in').focus()");

        tab();

        assertThat(focused()).isEqualTo("grid");
        assertThat(chosen()).isEqualTo("round-0");
    }

    @Test
    void the_chosen_call_is_seen_to_have_the_focus() {
        show(Runs.small());

        press(Keys.ARROW_DOWN, Keys.ARROW_DOWN);

        assertThat(browser().run("return getComputedStyle(document.querySelector('.row.active')).outlineStyle"))
                .isEqualTo("solid");
        assertThat(decimal("return parseFloat(getComputedStyle(document.querySelector('.row.active')).outlineWidth)"))
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    void left_and_right_follow_what_waited_for_what() {
        show(Runs.small());
        click("#call-1-4 .name");

        press(Keys.ARROW_LEFT);
        assertThat(chosen()).isEqualTo("call-1-2");
        press(Keys.ARROW_LEFT);
        assertThat(chosen()).isEqualTo("call-1-0");
        press(Keys.ARROW_RIGHT);
        assertThat(chosen()).isEqualTo("call-1-2");
    }

    @Test
    void ends_of_a_long_list_come_into_sight() {
        show(Runs.of(3, 400, 8));

        press(Keys.END);
        assertThat(chosen()).isEqualTo("call-2-132");
        assertThat(isInSight("call-2-132")).isTrue();
        press(Keys.HOME);
        assertThat(chosen()).isEqualTo("round-0");
        press(Keys.PAGE_DOWN);
        assertThat(isInSight(chosen())).isTrue();
        press("]");
        assertThat(chosen()).isEqualTo("round-1");
        assertThat(isInSight("round-1")).isTrue();
        press("[");
        assertThat(chosen()).isEqualTo("round-0");
    }

    @Test
    void a_round_is_closed_and_opened() {
        show(Runs.small());
        press(Keys.ARROW_DOWN);

        press(Keys.ENTER);
        assertThat(find("#round-0").getDomAttribute("aria-expanded")).isEqualTo("false");
        assertThat(count(".row.call")).isEqualTo(5);
        press(Keys.ARROW_RIGHT);
        assertThat(find("#round-0").getDomAttribute("aria-expanded")).isEqualTo("true");
        assertThat(count(".row.call")).isEqualTo(8);
    }

    @Test
    void enter_reads_a_call_and_escape_leaves_it() {
        show(Runs.small());
        press(Keys.ARROW_DOWN, Keys.ARROW_DOWN);

        press(Keys.ENTER);
        assertThat(focused()).isEqualTo("details");
        press(Keys.ESCAPE);
        assertThat(chosen()).isEmpty();
        assertThat(text("#details")).contains("Choose a call");
    }

    @Test
    void enter_on_an_arrow_goes_to_its_other_end() {
        show(Runs.small());
        click("#call-1-4 .name");
        tab();

        press(Keys.ENTER);

        assertThat(chosen()).isEqualTo("call-1-2");
        assertThat(focused()).isEqualTo("grid");
    }

    @Test
    void a_screen_reader_is_told_what_is_there() {
        show(Runs.small());

        assertThat(find("#grid").getDomAttribute("role")).isEqualTo("treegrid");
        assertThat(find("#grid").getDomAttribute("aria-rowcount")).isEqualTo("10");
        assertThat(find("#call-1-2").getDomAttribute("aria-level")).isEqualTo("2");
        assertThat(find("#call-1-2").getDomAttribute("aria-rowindex")).isEqualTo("8");
        assertThat(find("#call-1-2").getDomAttribute("aria-label"))
                .isEqualTo("call 3 findParcel, ok, 25 ms, waited 50 ms for call 1, on the critical path");
        assertThat(count("button:not([aria-label]):empty, select:not([id])")).isZero();
    }
}
