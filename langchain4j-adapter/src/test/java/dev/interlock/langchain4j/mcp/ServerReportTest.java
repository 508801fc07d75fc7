package dev.interlock.langchain4j.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Writes down what the catalogue has to know of the server that a command starts; {@code docs/catalogue.md} says how.
 */
class ServerReportTest {

    private static final String COMMAND = "interlock.mcp.report";

    @Test
    @EnabledIfSystemProperty(
            named = COMMAND,
            matches = ".+",
            disabledReason = "writes a report of the server that -D" + COMMAND + "=<command> starts")
    void report() throws Exception {
        ObjectNode report = ServerReport.of(List.of(System.getProperty(COMMAND).split(" ")), Map.of());

        assertThat(report.path("tools")).isNotEmpty();
        Files.writeString(Path.of("target", "mcp-server-report.json"), ServerReport.text(report));
    }
}
