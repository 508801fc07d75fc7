package dev.interlock.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.effect.Access;
import dev.interlock.event.CallEnd;
import java.util.List;

/** What tools, models and servers may write to do harm where a report is read. */
final class Hostile {

    static final List<String> TEXTS = List.of(
            "\u001b[2J\u001b]0;owned\u0007",
            "a\r\nb\tc\u0000d\u007f\u009b31m",
            "\u202Etxt.exe\u2066\u200B\uFEFF",
            "</script><script>alert(1)</script>",
            "\"]; click c1 \"javascript:alert(1)\" %%{init: {}}%%",
            "a:b;c#d,e\nsection x",
            "\uD800 half \uDC00",
            "\u2028\u2029\u0085",
            "表計算と図 e\u0301 \uD83D\uDE00");

    private Hostile() {}

    /** A round with each text as a tool's name, an argument, a result, an error, and a resource. */
    static RunReport run() {
        RecordedCalls calls = new RecordedCalls();
        for (String text : TEXTS) {
            calls.runs(5)
                    .with(text)
                    .ending(CallEnd.OK, new Outcome.Succeeded(text))
                    .declared(text, Access.write("a/" + text.replace('/', '_')));
            calls.waits(RecordedCalls.calls(0), 5)
                    .runs(5)
                    .ending(CallEnd.FAILED, new Outcome.Failed(new IllegalStateException(text)))
                    .declared(text, Access.write("a"));
        }
        return calls.run(5);
    }

    /** Nothing in a text moves a cursor, turns the direction of writing, or is not seen; lines apart. */
    static void isHarmless(String text) {
        assertThat(text.codePoints().filter(c -> c != '\n')).allSatisfy(c -> {
            int type = Character.getType(c);
            assertThat(type)
                    .as("U+%04X", c)
                    .isNotIn(
                            (int) Character.CONTROL,
                            (int) Character.FORMAT,
                            (int) Character.SURROGATE,
                            (int) Character.LINE_SEPARATOR,
                            (int) Character.PARAGRAPH_SEPARATOR);
        });
    }
}
