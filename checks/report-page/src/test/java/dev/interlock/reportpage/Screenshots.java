package dev.interlock.reportpage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.report.HtmlReport;
import dev.interlock.report.ReportContent;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.OutputType;

/** Makes the pictures of the documentation, when it is asked for by its name; see docs/adr/0028-report-page.md. */
class Screenshots {

    private static final Path IMAGES = Path.of("../../docs/images");
    private static final Path ORDER_DESK = Path.of("../../samples/target/order-desk-report.html");
    private static final long MOST_BYTES = 150 * 1_024;

    @Test
    void of_the_order_desk_in_light_and_of_a_larger_run_in_dark() throws IOException {
        Files.createDirectories(IMAGES);
        try (Browser browser = Browser.open()) {
            browser.resize(1240, 1060);
            browser.prefer("light");
            browser.show(ORDER_DESK);
            choose(browser, "call-2-8");
            save(browser, "report-order-desk.png");
            browser.resize(1240, 960);
            browser.prefer("dark");
            browser.show(HtmlReport.of(Runs.of(3, 60, 5), ReportContent.NONE));
            choose(browser, "call-0-7");
            save(browser, "report-dark.png");
        }
    }

    /** Rows that are not in sight are not there. */
    private static void choose(Browser browser, String row) {
        browser.run("document.getElementById('scroll').scrollTop = 1e6");
        browser.frame();
        browser.run("if (!document.getElementById(arguments[0])) document.getElementById('scroll').scrollTop = 0", row);
        browser.frame();
        browser.run("document.getElementById(arguments[0]).click()", row);
        browser.frame();
    }

    private static void save(Browser browser, String name) throws IOException {
        BufferedImage shot =
                ImageIO.read(new ByteArrayInputStream(browser.driver().getScreenshotAs(OutputType.BYTES)));
        BufferedImage opaque = new BufferedImage(shot.getWidth(), shot.getHeight(), BufferedImage.TYPE_INT_RGB);
        opaque.createGraphics().drawImage(shot, 0, 0, null);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam smallest = writer.getDefaultWriteParam();
        smallest.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        smallest.setCompressionQuality(0);
        Path file = IMAGES.resolve(name);
        Files.deleteIfExists(file);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(opaque, null, null), smallest);
        } finally {
            writer.dispose();
        }
        assertThat(Files.size(file)).as(name).isLessThanOrEqualTo(MOST_BYTES);
    }
}
