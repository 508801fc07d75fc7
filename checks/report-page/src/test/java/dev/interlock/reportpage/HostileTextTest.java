package dev.interlock.reportpage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.event.CallEnd;
import dev.interlock.report.HtmlReport;
import dev.interlock.report.ReportContent;
import dev.interlock.report.RunReport;
import dev.interlock.reportpage.Rounds.Asked;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.NoAlertPresentException;
import org.openqa.selenium.support.ui.Select;

/** Whatever models, tools and servers write, nothing of it runs, loads, or is markup. */
class HostileTextTest extends PageFixture {

    private static final String RUN = "window.owned=(window.owned||0)+1;alert(1)";

    private static final List<String> TEXTS = List.of(
            "<script>" + RUN + "</script>",
            "</script><script>" + RUN + "</script>",
            "</ScRiPt ><sCrIpT>" + RUN + "</sCrIpT>",
            "<!--<script>" + RUN + "//-->",
            "<img src=x onerror=" + RUN + ">",
            "<img src=http://attacker.invalid/a.png>",
            "<svg onload=" + RUN + ">",
            "\"><svg/onload=" + RUN + ">",
            "' onmouseover='" + RUN + "' x='",
            "\" onfocus=\"" + RUN + "\" autofocus=\"",
            "javascript:" + RUN,
            "</style><style>body{display:none}</style>",
            "</title><script>" + RUN + "</script>",
            "<iframe srcdoc='<script>parent.owned=1</script>'></iframe>",
            "<meta http-equiv=refresh content=\"0;url=http://attacker.invalid\">",
            "<base href=http://attacker.invalid/>",
            "<a href=javascript:" + RUN + ">x</a>",
            "<link rel=stylesheet href=http://attacker.invalid/a.css>",
            "url(http://attacker.invalid/x)",
            "{{script}}{{data}}{{type}}",
            "${" + RUN + "}",
            "`);" + RUN + ";(`",
            "\\\"};" + RUN + ";//",
            "\u2028" + RUN + "\u2029",
            "&lt;script&gt;" + RUN + "&lt;/script&gt;",
            "&#60;img src=x onerror=" + RUN + "&#62;",
            "]]><script>" + RUN + "</script>",
            "__proto__",
            "constructor",
            "hasOwnProperty",
            "\u202Egnp.exe\u2066",
            "\uD800 half",
            "a\u0000b\u001b[2J\r\nc\td",
            "n".repeat(2_000),
            "");

    /**
     * Chooses a call, and points at all that it is drawn with; what was made of texts, and its result as it is shown.
     */
    private static final String CHOOSE = """
            const [call, done] = arguments;
            document.getElementById('scroll').scrollTop = 26 * call - 50;
            requestAnimationFrame(() => requestAnimationFrame(() => {
              const row = document.getElementById('call-0-' + call);
              row.click();
              for (const part of [row, ...row.querySelectorAll('*'), ...document.querySelectorAll('.arrow.loud')]) {
                part.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX: 300, clientY: 300 }));
                part.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
              }
              document.querySelectorAll('.arrow.loud').forEach((arrow) => arrow.focus());
              const foreign = ['img', 'iframe', 'a', 'object', 'embed', 'base', 'link', 'style', 'foreignObject'];
              done([
                [...document.querySelectorAll('body *')].filter((element) => foreign.includes(element.localName)
                    || [...element.attributes].some(({ name }) => name.startsWith('on') || name === 'href')).length,
                document.querySelector('#details pre:last-of-type').textContent]);
            }));""";

    private static RunReport run() {
        List<Asked> asked = new ArrayList<>();
        for (String text : TEXTS) {
            Access access = Access.write("a/" + text.replace('/', '_') + "x");
            String tool = text.isEmpty() ? " " : text;
            asked.add(new Asked(
                    tool, text, EffectSource.ANNOTATION, null, List.of(access), List.of(5_000L), CallEnd.OK, text));
            asked.add(new Asked(
                    tool,
                    text,
                    EffectSource.ANNOTATION,
                    null,
                    List.of(access),
                    List.of(5_000L, 3_000L),
                    CallEnd.FAILED,
                    text));
            asked.add(new Asked(
                    tool,
                    text,
                    EffectSource.UNDECLARED,
                    "nothing is known about " + text,
                    List.of(Access.write("/")),
                    List.of(4_000L),
                    CallEnd.OK,
                    text));
        }
        return new RunReport(List.of(Rounds.of(1, 0, 5, asked)));
    }

    @Test
    void nothing_of_it_runs_is_loaded_or_is_markup() {
        RunReport run = run();
        browser().show(HtmlReport.of(run, ReportContent.all(4_000)));

        for (int call = 0; call < 3 * TEXTS.size(); call++) {
            List<?> seen = (List<?>) browser().driver().executeAsyncScript(CHOOSE, call);
            assertThat(seen.get(0)).as("elements that a text became").isEqualTo(0L);
            if (call % 3 == 0) {
                String shown = String.valueOf(seen.get(1));
                String text = TEXTS.get(call / 3);
                assertThat(shown.codePoints().filter(c -> Character.getType(c) == Character.FORMAT))
                        .isEmpty();
                if (text.codePoints().allMatch(c -> c >= ' ' && c < 0x7f)) {
                    assertThat(shown).contains(text);
                }
            }
        }
        new Select(find("#tool")).selectByIndex(5);
        browser().frame();

        assertThat(number("return window.owned || 0")).isZero();
        assertThat(number("return ({}).owned || 0")).isZero();
        assertThatThrownBy(() -> browser().driver().switchTo().alert()).isInstanceOf(NoAlertPresentException.class);
        assertThat(number("return document.scripts.length")).isEqualTo(2);
        assertThat(browser().console()).isEmpty();
        assertThat(browser().requests()).hasSize(1).allMatch(request -> request.contains("file:///"));
        assertThat(number("return performance.getEntriesByType('resource').length"))
                .isZero();
    }

    @Test
    void the_policy_stops_what_gets_in_by_another_way() {
        show(Runs.small());

        browser().run("""
                window.refused = 0;
                document.addEventListener('securitypolicyviolation', () => { window.refused++; });
                const script = document.createElement('script');
                try { script.text = 'window.owned = 1'; } catch (error) { window.refused++; }
                document.body.append(script);
                try { document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.owned = 1">'); } catch (error) { window.refused++; }
                // Later: what the driver runs may evaluate texts.
                setTimeout(() => { try { (0, eval)('window.owned = 1'); } catch (error) { window.refused++; } });
                fetch('http://attacker.invalid').catch(() => { window.refused++; });""");
        browser().frame();

        assertThat(number("return window.owned || 0")).isZero();
        assertThat(number("return window.refused")).isGreaterThanOrEqualTo(3);
        assertThat(browser().requests()).hasSize(1);
    }
}
