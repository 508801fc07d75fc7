package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.ToolCall;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathVariablesTest {

    private static final Effects WRITES = Effects.writes("file/{path}");

    private static Access access(Effects effects, String path) {
        ToolCall call =
                new ToolCall(null, "t", JsonNodeFactory.instance.objectNode().put("path", path));
        return effects.accesses(call, Map.of("path", ParameterType.STRING)).get(0);
    }

    /** The variable's value may be any path, and a program may or may not insert it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/home/$USER/n.md",
                "/home/${USER}/n.md",
                "/home/x-$USER/n.md",
                "/home/x-$user/n.md",
                "logs/${USER}/n.md",
                "logs/$user/n.md",
                "logs/$_x/n.md",
                "logs/app-$DATE.log",
                "logs/run-$Date.log",
                "logs/$$.log",
                "run-$$.log",
                "logs/$@",
                "logs/x$!/a",
                "home/x$User/a",
                "home/x$User/A.class",
                "Outer$Inner/a",
                "app-$DATE.log",
                "app-${date}.log",
                "logs/$(date +%F).log",
                "logs/`date`.log",
                "C:\\Users\\%USERNAME%\\n.md",
                "C:/%ProgramFiles(x86)%/n.md",
                "C:/Users/$env:USERNAME/n.md",
                "$env:TEMP",
                "\\\\srv\\%SHARE%\\n.md",
                "/logs/report-%DATE%.md",
                "report-%DATE%.md",
                "~/$PROJECT/n.md",
                "file:///home/$USER/n.md"
            })
    void path_with_a_variable_in_any_place_may_be_anywhere(String path) {
        assertThat(access(WRITES, path)).isEqualTo(Access.write("file"));
        assertThat(access(WRITES.path("path", "/data"), path)).isEqualTo(Access.write("file"));
        assertThat(access(WRITES.path("path", "C:/data"), path)).isEqualTo(Access.write("file"));
        assertThat(access(WRITES.path("path", "\\\\srv\\docs"), path)).isEqualTo(Access.write("file"));
        assertThat(access(Effects.writes("file/{path}.bak"), path)).isEqualTo(Access.write("file"));
        assertThat(access(Effects.writes("file/all/{path}"), path)).isEqualTo(Access.write("file/all"));
        assertThat(Resource.of("file").resolve(path)).isEqualTo(Resource.of("file"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "src/Outer$Inner.class",
                "src/Outer$1.class",
                "src/Outer$Inner$Deep.java",
                "Outer$Inner",
                "prices/$5",
                "prices/5$",
                "a/${1}/b",
                "$ref",
                "user$name",
                "100%",
                "a/50%/b-50%/c",
                "docs/caf%C3%A9.md",
                "docs/My%20Page",
                "a/`b",
                "https://example.org/$metadata/${x}",
            })
    void name_that_only_looks_like_one_is_a_name(String path) {
        assertThat(access(WRITES, path).resource().depth()).isGreaterThan(1);
    }

    @Test
    void reference_in_a_page_has_no_variables() {
        Effects based = WRITES.path("path", "https://example.org/odata/");
        assertThat(access(based, "Products/$count").resource())
                .isEqualTo(access(based, "https://example.org/odata/Products/$count")
                        .resource());
        assertThat(access(based, "Products/$count").resource().depth()).isGreaterThan(3);
    }

    @Test
    void long_text_is_read_in_one_pass() {
        for (String part : List.of("a$b", "%-", "x%a/", "$1", "a$Bc", "` ")) {
            String path = part.repeat(1 << 18);
            assertThat(PathVariables.within(path)).as(part).isEqualTo(part.startsWith("`"));
            assertThat(PathVariables.within("src/" + path + ".class"))
                    .as(part)
                    .isEqualTo(!part.startsWith("%-")
                            && !part.startsWith("x%a/")
                            && !part.startsWith("$1")
                            && !part.startsWith("a$Bc"));
        }
    }
}
