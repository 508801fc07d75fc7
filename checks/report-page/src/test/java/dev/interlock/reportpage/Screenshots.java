package dev.interlock.reportpage;

import dev.interlock.report.HtmlReport;
import dev.interlock.report.ReportContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.OutputType;

/** Makes the pictures of the documentation, when it is asked for by its name; see docs/adr/0028-report-page.md. */
class Screenshots {

    private static final Path IMAGES = Path.of("../../docs/images");
    private static final Path ORDER_DESK = Path.of("../../samples/target/order-desk-report.html");

    @Test
    void of_the_order_desk_in_light_and_of_a_larger_run_in_dark() throws IOException {
        Files.createDirectories(IMAGES);
        try (Browser browser = Browser.open()) {
            browser.resize(1280, 860);
            browser.prefer("light");
            browser.show(ORDER_DESK);
            choose(browser, "call-2-5");
            save(browser, "report-order-desk.png");
            browser.prefer("dark");
            browser.show(HtmlReport.of(Runs.of(3, 60, 4), ReportContent.NONE));
            choose(browser, "call-0-7");
            save(browser, "report-dark.png");
        }
    }

    private static void choose(Browser browser, String row) {
        browser.run("document.getElementById(arguments[0]).click()", row);
        browser.frame();
    }

    private static void save(Browser browser, String name) throws IOException {
        Files.write(IMAGES.resolve(name), browser.driver().getScreenshotAs(OutputType.BYTES));
    }
}
