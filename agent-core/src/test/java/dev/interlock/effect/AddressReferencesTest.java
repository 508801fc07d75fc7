package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.ToolCall;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spellings of one internet address: absolute ones, and references from a base as in a page. */
class AddressReferencesTest {

    private static final Map<String, ParameterType> TEXT = Map.of("url", ParameterType.STRING);
    private static final Effects PAGE = Effects.writes("page/{url}");
    private static final String SITE = "https://example.org";
    private static final String FOLDER = "https://example.org/docs/";

    private static List<Resource> resources(Effects effects, String url) {
        ToolCall call =
                new ToolCall(null, "open", JsonNodeFactory.instance.objectNode().put("url", url));
        return effects.accesses(call, TEXT).stream().map(Access::resource).toList();
    }

    private static boolean conflict(String base, String one, String other) {
        return overlap(PAGE.path("url", base), one, other);
    }

    private static boolean overlap(Effects effects, String one, String other) {
        return resources(effects, one).stream()
                .anyMatch(mine -> resources(effects, other).stream().anyMatch(mine::overlaps));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "docs/My%20Page       | https://example.org/docs/My%20Page",
                "/docs/My%20Page      | https://example.org/docs/My%20Page",
                "docs/My Page         | /docs/My%20Page",
                "docs/page#intro      | https://example.org/docs/page",
                "docs/page#intro      | docs/page",
                "docs/page#a/../..    | docs/page#b",
                "#top                 | https://example.org/",
                "//example.org/docs/a | https://example.org/docs/a",
                "//EXAMPLE.org:443/a  | a",
                "//ann:pw@example.org/a | /a",
                "docs/%2e%2e/a        | a",
                "docs/%2E/a           | docs/a",
                "docs%2Fa             | docs/a",
                "docs%5Ca             | docs\\a",
                "docs\\a              | docs/a",
                "\\docs\\a            | docs/a",
                "\\\\example.org\\a   | a",
                "docs//a              | docs/a",
                "../../a              | a",
                "\" docs/a \"         | docs/a",
                "docs/50%             | docs/50%25",
                "a%20b%               | a b%",
                "~ann/a               | https://example.org/~ann/a",
                "~/a                  | https://example.org/~/a",
                "C:/a                 | https://example.org/C:/a",
                "Talk:A               | https://example.org/Talk:A",
                "https:a              | a",
                "https:/example.org/a | a",
            })
    void reference_and_address_of_one_page_conflict(String one, String other) {
        assertThat(conflict(SITE, one, other)).isTrue();
        assertThat(conflict(SITE, other, one)).isTrue();
    }

    /** Some clients decode or join segments before they rise, some after. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x%2Fy/../a           | a",
                "x%2Fy/../a           | x/a",
                "x\\y/../a            | a",
                "x\\y/../a            | x/a",
                "x//../a              | a",
                "x//../a              | x/a",
                "x/y/%2e%2e/../a      | a",
                "x/y/%2e%2e/../a      | x/y/a",
            })
    void ways_that_clients_read_differently_conflict_with_each_reading(String one, String other) {
        assertThat(conflict(SITE, one, other)).isTrue();
        assertThat(conflict(SITE, SITE + '/' + one, other)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "docs/a               | docs/b",
                "docs/a               | https://example.org/docs/b",
                "docs/a#x             | docs/b#x",
                "docs/a%23x           | docs/a",
                "docs/a+b             | docs/a%20b",
                "docs/a%2520b         | docs/a%20b",
                "docs/A               | docs/a",
                "//example.com/a      | a",
                "//example.org:8443/a | a",
                "/a                   | docs/a",
                "../docs/a            | a",
                "Talk:A               | Talk:B",
            })
    void other_pages_do_not_conflict(String one, String other) {
        assertThat(conflict(SITE, one, other)).isFalse();
        assertThat(conflict(SITE, other, one)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a                    | https://example.org/docs/a  | true",
                "../a                 | https://example.org/a       | true",
                "/a                   | https://example.org/a       | true",
                "#x                   | https://example.org/docs/   | true",
                "a                    | https://example.org/a       | false",
                "../a                 | https://example.org/docs/a  | false",
                "//other.org/a        | https://example.org/a       | false",
            })
    void base_with_a_path_of_its_own_is_a_folder_if_it_ends_with_a_slash(String one, String other, boolean same) {
        assertThat(conflict(FOLDER, one, other)).isEqualTo(same);
    }

    /** A browser drops the last name of the base; a tool that joins texts does not. */
    @Test
    void base_that_may_be_a_page_or_a_folder_counts_as_both() {
        String base = SITE + "/docs/index";
        assertThat(conflict(base, "a", SITE + "/docs/a")).isTrue();
        assertThat(conflict(base, "a", SITE + "/docs/index/a")).isTrue();
        assertThat(conflict(base, "../a", SITE + "/a")).isTrue();
        assertThat(conflict(base, "a", SITE + "/docs/b")).isFalse();
        assertThat(conflict(base, "/a", SITE + "/docs/a")).isFalse();
        assertThat(conflict(base, "#top", SITE + "/docs/index")).isTrue();
        assertThat(conflict(base, "#top", SITE + "/docs/other")).isFalse();
        assertThat(conflict(base, "a", "b")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP://EXAMPLE.ORG/a         | https://example.org/a",
                "http://example.org:443/a     | https://example.org/a",
                "https://example.org:80/a     | https://example.org/a",
                "https://example.org:0443/a   | https://example.org/a",
                "https://example.org:/a       | https://example.org/a",
                "http://example.org:08080/a   | http://example.org:8080/a",
                "wss://example.org/a          | https://example.org/a",
                "https://a:b@example.org/a    | https://example.org/a",
                "https://example.org./a       | https://example.org/a",
                "https://ex%61mple.org/a      | https://example.org/a",
                "https:///example.org/a       | https://example.org/a",
                "https:\\\\example.org\\a     | https://example.org/a",
                "https://m\u00fcnchen.example/a | https://xn--mnchen-3ya.example/a",
                "https://M\u00dcNCHEN.example/a | https://m%C3%BCnchen.example/a",
                "https://stra\u00dfe.example/a  | https://xn--strae-oqa.example/a",
                "https://stra\u00dfe.example/a  | https://strasse.example/a",
                "https://\uff45xample.org/a     | https://example.org/a",
                "https://example\u3002org/a     | https://example.org/a",
                "http://127.1/a               | http://127.0.0.1/a",
                "http://0x7f000001/a          | http://localhost/a",
                "ssh://git@host:22/a          | ssh://HOST/a",
                "jdbc:db://host:5432/a        | jdbc:db://HOST/a",
                "https:example.org/a          | https://example.org/a",
            })
    void spellings_of_one_server_conflict_with_and_without_a_base(String one, String other) {
        assertThat(conflict(SITE, one, other)).isTrue();
        assertThat(resources(PAGE, one).get(0).overlaps(resources(PAGE, other).get(0)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://m\u00fcnchen.example/a | https://munchen.example/a",
                "http://127.0.0.2/a           | http://127.0.0.1/a",
                "https://example.org:8080/a   | https://example.org:8081/a",
                "https://a.example.org/a      | https://b.example.org/a",
                "ftp://example.org/a          | https://example.org/a",
                "https://host1/a              | https://host2/a",
            })
    void other_servers_do_not_conflict(String one, String other) {
        assertThat(conflict(SITE, one, other)).isFalse();
        assertThat(resources(PAGE, one).get(0).overlaps(resources(PAGE, other).get(0)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://stra\u00dfe.example", "http://127.1/", "https:example.org", "jdbc:db://host/a"})
    void base_must_have_one_meaning(String base) {
        assertThatThrownBy(() -> PAGE.path("url", base))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the base must be an absolute path")
                .hasMessageContaining("'" + base + "'");
    }

    /** A name with a backslash on one system is two names on another. */
    @Test
    void backslash_before_a_rise_widens_with_a_base_too() {
        Effects effects = PAGE.path("url", "/data");
        assertThat(resources(effects, "x\\y/../a")).containsExactly(Resource.of("page"));
        assertThat(resources(PAGE.path("url", "C:/data"), "x\\..\\a")).hasToString("[page//C:/data/a]");
    }

    @Test
    void reference_from_the_address_of_a_folder_of_files_may_be_encoded() {
        assertThat(conflict("file:///data/", "my%20notes.md", "/data/my notes.md"))
                .isTrue();
        assertThat(conflict("file:///data/", "my%20notes.md", "/data/my%20notes.md"))
                .isTrue();
        assertThat(conflict("file:///data/", "a#top", "a")).isTrue();
        assertThat(conflict("file:///data/", "a#top", "b")).isFalse();
        assertThat(conflict("FILE:///data/", "x%2Fy/../a", "file:///data/a")).isTrue();
        assertThat(conflict("file:///data/index", "a%20b", "file:///data/a%20b"))
                .isTrue();
        assertThat(conflict("file:///data/index", "a", "file:///data/index/a")).isTrue();
        assertThat(conflict("file:///data/index", "a", "file:///data/b")).isFalse();
        assertThat(conflict("/data", "my%20notes.md", "my notes.md")).isFalse();
        assertThat(conflict("/data", "a#top", "a")).isFalse();
    }

    @Test
    void ignored_letter_case_is_ignored_in_the_base_and_in_encoded_letters() {
        Effects files = PAGE.path("url", "/Data").ignoringCase("url");
        assertThat(overlap(files, "Notes.md", "/data/notes.md")).isTrue();
        assertThat(overlap(files, "Notes.md", "/data/other.md")).isFalse();
        Effects pages = PAGE.path("url", SITE + "/Docs/").ignoringCase("url");
        assertThat(overlap(pages, "%C3%89t%41", SITE + "/docs/\u00e9ta")).isTrue();
        assertThat(overlap(pages, "%C3%89", SITE + "/docs/e")).isFalse();
    }

    /**
     * What {@link URI#resolve} says about two references: equal addresses must conflict, however the second is spelled,
     * and plain ones that neither are equal nor lie in each other must not.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void references_conflict_as_the_resolver_of_the_jdk_says(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int equal = 0;
        int apart = 0;
        for (int i = 0; i < 5_000; i++) {
            String base = List.of("https://h.example/", FOLDER, "http://h.example:8080/a/b/", "https://h.example/a/b")
                    .get(random.nextInt(4));
            boolean plain = random.nextBoolean();
            String one = reference(random, plain);
            String other = reference(random, plain);
            String target = target(base, one);
            String otherTarget = target(base, other);
            String what = "seed %s: '%s' and '%s' from %s".formatted(seed, one, other, base);
            assertThat(conflict(base, one, respelled(random, target))).as(what).isTrue();
            if (target.equals(otherTarget)) {
                equal++;
                assertThat(conflict(base, one, other)).as(what).isTrue();
            } else if (plain
                    && base.endsWith("/")
                    && !isSite(target)
                    && !isSite(otherTarget)
                    && !nested(target, otherTarget)) {
                apart++;
                assertThat(conflict(base, one, other)).as(what).isFalse();
                assertThat(conflict(base, one, respelled(random, otherTarget)))
                        .as(what)
                        .isFalse();
            }
        }
        assertThat(equal).isGreaterThan(100);
        assertThat(apart).isGreaterThan(100);
    }

    /** The address of a whole site, which widens to all sites. */
    private static boolean isSite(String target) {
        return URI.create(target).getRawPath().equals("/");
    }

    private static boolean nested(String one, String other) {
        String first = one.endsWith("/") ? one : one + '/';
        String second = other.endsWith("/") ? other : other + '/';
        return first.startsWith(second) || second.startsWith(first);
    }

    /** The JDK keeps {@code ..} that rises above the root, which RFC 3986 removes. */
    private static String target(String base, String reference) {
        URI target = URI.create(base).resolve(reference).normalize();
        String path = target.getRawPath().replaceFirst("^(?:/\\.\\.(?=/|$))+", "");
        return target.getScheme() + "://" + target.getRawAuthority() + (path.isEmpty() ? "/" : path);
    }

    private static String reference(SplittableRandom random, boolean plain) {
        List<String> names = plain ? List.of("a", "b", ".", "..") : List.of("a", "%61", "c%20d", "%2e%2e", "..", "");
        List<String> segments = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            segments.add(names.get(random.nextInt(names.size())));
        }
        String start = List.of("", "", "/", "//h.example/", "//other.example/").get(random.nextInt(5));
        String way = String.join("/", segments);
        // An empty reference, or one that begins with empty segments, would be another kind of reference.
        way = way.startsWith("/") ? "a" + way : way;
        return start + way + (random.nextInt(3) == 0 || (start + way).isEmpty() ? "#x" : "");
    }

    private static String respelled(SplittableRandom random, String address) {
        URI uri = URI.create(address);
        String port = uri.getPort() >= 0
                ? ":" + uri.getPort()
                : List.of("", ":", ":443").get(random.nextInt(3));
        return List.of("https", "HTTP").get(random.nextInt(2))
                + "://"
                + List.of("", "ann@", "ann:pw@").get(random.nextInt(3))
                + List.of(uri.getHost(), "H" + uri.getHost().substring(1))
                        .get(uri.getHost().startsWith("h") ? random.nextInt(2) : 0)
                + port
                + uri.getRawPath()
                + List.of("", "#top").get(random.nextInt(2));
    }
}
