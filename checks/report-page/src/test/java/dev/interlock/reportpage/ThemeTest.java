package dev.interlock.reportpage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThemeTest extends PageFixture {

    /** Relative luminance, as WCAG says, of a colour of the style. */
    private static final String LUMINANCE = """
            const luminance = (text) => {
              const [r, g, b] = text.match(/[\\d.]+/g).map(Number).map((value) => value / 255)
                .map((value) => (value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4)));
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            """;

    private static double ground() {
        return decimal(LUMINANCE + "return luminance(getComputedStyle(document.body).backgroundColor)");
    }

    private static double contrast(String css, String property) {
        return decimal(LUMINANCE + """
                const style = getComputedStyle(document.querySelector(arguments[0]));
                const ground = luminance(getComputedStyle(document.body).backgroundColor);
                const ink = luminance(style[arguments[1]]);
                return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);""", css, property);
    }

    @Test
    void it_is_as_the_system_is_until_the_reader_says_otherwise() {
        browser().prefer("dark");
        show(Runs.small());
        assertThat(ground()).isLessThan(0.05);

        click("#theme");
        assertThat(ground()).isGreaterThan(0.9);
        press("d");
        assertThat(ground()).isLessThan(0.05);

        browser().prefer("light");
        show(Runs.small());
        assertThat(ground()).isGreaterThan(0.9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void texts_and_bars_can_be_told_from_the_ground(String scheme) {
        browser().prefer(scheme);
        show(Runs.small());

        for (String css :
                List.of("h1", ".figure .label", "#legend .share", ".row .num", ".row.call .end", ".chip", "kbd")) {
            assertThat(contrast(css, "color")).as(css).isGreaterThanOrEqualTo(4.5);
        }
        for (String css : List.of(".row .run", ".row .run.bad", ".arrow.critical .point")) {
            assertThat(contrast(css, "fill")).as(css).isGreaterThanOrEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_280, 700, 420})
    void nothing_is_wider_than_the_window(int width) {
        browser().resize(width, 800);
        show(Runs.of(3, 60, 4));

        assertThat(number("return document.documentElement.scrollWidth - innerWidth"))
                .isLessThanOrEqualTo(0);
        assertThat(number("return document.getElementById('timeline').clientHeight"))
                .isGreaterThan(200);
    }
}
