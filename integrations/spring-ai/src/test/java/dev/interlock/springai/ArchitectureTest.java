package dev.interlock.springai;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.interlock.springai";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /** The engine is the core's; of LangChain4j and its adapter nothing is needed. */
    @Test
    void nothing_comes_from_langchain4j() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.langchain4j..", "dev.interlock.langchain4j..")
                .check(MAIN);
    }

    /** An application without Spring Boot, or without MCP, has none of their classes. */
    @Test
    void optional_libraries_stay_where_they_are_optional() {
        noClasses()
                .that()
                .resideInAPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework.boot..",
                        "org.springframework.ai.model.tool.autoconfigure..",
                        "org.springframework.transaction..")
                .check(MAIN);
        classes()
                .that()
                .resideInAnyPackage("io.modelcontextprotocol..", "org.springframework.ai.mcp..")
                .should()
                .onlyBeAccessed()
                .byClassesThat()
                .haveNameMatching("dev\\.interlock\\.springai\\.ServedOrigin(\\$.*)?")
                .allowEmptyShould(true)
                .check(MAIN);
    }
}
