package dev.interlock.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;

/**
 * Rounds as one page of HTML, for people. It shows a timeline with a bar for each attempt, what each call waited for,
 * arrows with their reasons, the critical path, and what would have been faster. The page opens from a file, loads
 * nothing and sends nothing.
 *
 * <p>The page holds what {@link JsonReport} writes, and draws it in the reader's browser. Texts of tools, models and
 * servers are data there: no text becomes markup, and the page's policy allows no script but its own.
 *
 * {@snippet :
 * Files.writeString(Path.of("report.html"), HtmlReport.of(recorder.report(), ReportContent.NONE));
 * }
 */
public final class HtmlReport {

    /** The most arrows to one call. A barrier after thousands of reads waits for all of them. */
    static final int MOST_DEPENDENCIES = 8;

    /** The page compresses data longer than this, in characters. */
    static final int MOST_PLAIN = 64 * 1024;

    private HtmlReport() {}

    /**
     * Writes a page.
     *
     * @param run the rounds
     * @param content what the page shows of arguments and results
     * @return the page, of ASCII characters
     */
    public static String of(RunReport run, ReportContent content) {
        String json = JsonReport.of(run, content, MOST_DEPENDENCIES);
        return json.length() <= MOST_PLAIN
                ? HtmlPage.with("application/json", json)
                : HtmlPage.with("application/gzip", compressed(json));
    }

    /** Compresses the data. Rows of calls are much alike, so about a tenth remains. */
    private static String compressed(String json) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(json.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("memory could not be written to", e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
