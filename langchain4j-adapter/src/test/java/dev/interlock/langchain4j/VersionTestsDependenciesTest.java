package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * The module that runs these tests on other versions of LangChain4j has to name all libraries that they need: without
 * one of them no test is found there, which the build does not notice, since that module is not part of it.
 */
class VersionTestsDependenciesTest {

    /** Come with the adapter itself. */
    private static final List<String> BROUGHT = List.of("interlock-agent-core", "langchain4j");

    @Test
    void libraries_of_the_adapters_tests_are_those_of_the_version_tests() throws Exception {
        List<String> needed = dependencies(Path.of("pom.xml"));
        assertThat(needed).contains("junit-jupiter").containsAll(BROUGHT);
        needed.removeAll(BROUGHT);

        assertThat(dependencies(Path.of("..", "checks", "version-tests", "pom.xml")))
                .containsAll(needed);
    }

    /** The artifacts of a POM's own dependencies, without those that it only manages. */
    private static List<String> dependencies(Path pom) throws Exception {
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
        List<String> artifacts = new ArrayList<>();
        for (Element dependencies : children(document.getDocumentElement(), "dependencies")) {
            for (Element dependency : children(dependencies, "dependency")) {
                artifacts.add(children(dependency, "artifactId").get(0).getTextContent());
            }
        }
        return artifacts;
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                children.add(element);
            }
        }
        return children;
    }
}
