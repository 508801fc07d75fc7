package dev.interlock.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The modules of the build, in the order of the parent's POM, without those that only a profile builds. */
final class Modules {

    static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    private static final Pattern BUILT = Pattern.compile("(?s)<modules>(.*?)</modules>");
    private static final Pattern NAME = Pattern.compile("<module>(.*?)</module>");

    private Modules() {}

    static List<String> all() throws IOException {
        String ofDefault = BUILT.matcher(Files.readString(ROOT.resolve("pom.xml")))
                .results()
                .findFirst()
                .map(MatchResult::group)
                .orElseThrow();
        return NAME.matcher(ofDefault).results().map(found -> found.group(1)).toList();
    }

    /** Those that have code beside their tests. */
    static List<String> withCode() throws IOException {
        return all().stream()
                .filter(module -> Files.isDirectory(ROOT.resolve(module).resolve("src/main/java")))
                .toList();
    }

    static List<String> withTests() throws IOException {
        return all().stream()
                .filter(module -> Files.isDirectory(ROOT.resolve(module).resolve("src/test/java")))
                .toList();
    }

    /**
     * Where the compiled classes of a module lie.
     *
     * @param kind {@code classes} or {@code test-classes}
     */
    static Path compiled(String module, String kind) {
        Path classes = ROOT.resolve(module).resolve("target").resolve(kind);
        if (!Files.isDirectory(classes)) {
            throw new IllegalStateException(
                    module + " is not compiled; run this check as part of the whole build: mvn -B verify");
        }
        return classes;
    }
}
