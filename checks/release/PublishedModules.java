import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;

/**
 * Looks at what a build with the profile "release" has left of modules: each needs a jar, its sources and its Javadoc,
 * none of them empty, and a POM that says all that Maven Central asks for. The exit status is 0 if nothing is missing,
 * otherwise 1.
 */
final class PublishedModules {

    /** What Central asks of each POM, and what a POM without a parent has to say itself. */
    private static final List<String> REQUIRED = List.of(
            "/project/modelVersion",
            "/project/groupId",
            "/project/artifactId",
            "/project/version",
            "/project/name",
            "/project/description",
            "/project/url",
            "/project/licenses/license/name",
            "/project/licenses/license/url",
            "/project/developers/developer/name",
            "/project/developers/developer/organization",
            "/project/scm/connection",
            "/project/scm/developerConnection",
            "/project/scm/url");

    private final XPath paths = XPathFactory.newInstance().newXPath();
    private final List<String> missing = new ArrayList<>();

    public static void main(String[] modules) throws Exception {
        PublishedModules all = new PublishedModules();
        for (String module : modules) {
            all.check(Path.of(module));
        }
        all.missing.forEach(System.err::println);
        System.out.println(modules.length + " modules, " + all.missing.size() + " things missing");
        System.exit(modules.length == 0 || !all.missing.isEmpty() ? 1 : 0);
    }

    private void check(Path module) throws Exception {
        Path flattened = module.resolve(".flattened-pom.xml");
        if (!Files.isRegularFile(flattened)) {
            missing.add(module + ": it has no flattened POM");
            return;
        }
        Document pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(flattened.toFile());
        for (String required : REQUIRED) {
            String text = text(pom, required);
            if (text.isBlank() || text.contains("${")) {
                missing.add(module + ": " + required + " is '" + text + "'");
            }
        }
        for (String none : List.of("/project/parent", "/project/build", "//scope[. = 'test']", "//repositories")) {
            if (Boolean.parseBoolean(paths.evaluate("boolean(" + none + ")", pom))) {
                missing.add(module + ": the POM has " + none);
            }
        }
        String count = "count(/project/dependencies/dependency[not(version) or contains(version, '${')])";
        if (!paths.evaluate(count, pom).equals("0")) {
            missing.add(module + ": a dependency has no version");
        }
        if (!text(pom, "/project/packaging").equals("pom")) {
            jars(module, text(pom, "/project/artifactId") + "-" + text(pom, "/project/version"));
        }
        System.out.println(module + ": " + text(pom, "/project/artifactId") + " " + text(pom, "/project/version"));
    }

    private String text(Document pom, String path) throws XPathExpressionException {
        return paths.evaluate(path, pom).strip();
    }

    private void jars(Path module, String name) throws IOException {
        Path target = module.resolve("target");
        holds(target.resolve(name + ".jar"), ".class");
        holds(target.resolve(name + "-sources.jar"), ".java");
        holds(target.resolve(name + "-javadoc.jar"), "index.html");
    }

    private void holds(Path file, String ending) throws IOException {
        if (!Files.isRegularFile(file)) {
            missing.add(file + " is missing");
            return;
        }
        try (JarFile jar = new JarFile(file.toFile());
                Stream<String> names = jar.stream().map(entry -> entry.getName())) {
            if (names.noneMatch(entry -> entry.endsWith(ending))) {
                missing.add(file + " holds no " + ending);
            }
        }
    }
}
