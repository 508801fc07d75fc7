package dev.interlock.task;

import dev.interlock.langchain4j.TaskResult;
import dev.interlock.report.HtmlReport;
import dev.interlock.report.ReportContent;
import dev.interlock.report.RunReport;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a page that shows what ran when. */
final class ReportFile {

    private static final int MOST_SHOWN = 2_000;

    private ReportFile() {}

    /** Checks, before anything runs, whether the file can be created. */
    static boolean isPossible(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return !Files.isDirectory(file) && folder != null && Files.isDirectory(folder);
    }

    static void write(Path file, TaskResult result, boolean content) throws IOException {
        ReportContent shown = content
                ? new ReportContent(
                        true,
                        true,
                        MOST_SHOWN,
                        value -> value instanceof ToolExecutionResult text ? text.resultText() : String.valueOf(value))
                : ReportContent.NONE;
        Files.writeString(file, HtmlReport.of(new RunReport(result.rounds()), shown));
    }
}
