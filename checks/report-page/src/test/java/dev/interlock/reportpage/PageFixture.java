package dev.interlock.reportpage;

import dev.interlock.report.HtmlReport;
import dev.interlock.report.ReportContent;
import dev.interlock.report.RunReport;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** One browser for all tests, and what is read from the page. */
abstract class PageFixture {

    private static Browser browser;

    @BeforeAll
    static void open_the_browser() {
        if (browser == null) {
            browser = Browser.open();
            Runtime.getRuntime().addShutdownHook(new Thread(browser::close));
        }
    }

    @BeforeEach
    void start_in_light_and_at_the_usual_size() {
        browser.resize(1280, 860);
        browser.prefer("light");
    }

    static Browser browser() {
        return browser;
    }

    static void show(RunReport run) {
        browser.show(HtmlReport.of(run, ReportContent.NONE));
    }

    static WebElement find(String css) {
        return browser.driver().findElement(By.cssSelector(css));
    }

    static List<WebElement> all(String css) {
        return browser.driver().findElements(By.cssSelector(css));
    }

    static long count(String css) {
        return number("return document.querySelectorAll(arguments[0]).length", css);
    }

    static String text(String css) {
        return String.valueOf(browser.run("return document.querySelector(arguments[0]).textContent", css));
    }

    static long number(String script, Object... arguments) {
        return Math.round(decimal(script, arguments));
    }

    static double decimal(String script, Object... arguments) {
        return ((Number) browser.run(script, arguments)).doubleValue();
    }

    @SuppressWarnings("unchecked") // as the script says
    static List<String> texts(String css) {
        return (List<String>) browser.run(
                "return [...document.querySelectorAll(arguments[0])].map(element => element.textContent)", css);
    }

    static void press(CharSequence... keys) {
        new Actions(browser.driver()).sendKeys(keys).perform();
        browser.frame();
    }

    static void click(String css) {
        find(css).click();
        browser.frame();
    }

    /** Puts the pointer on the middle of an arrow. */
    static void point(String key) {
        @SuppressWarnings("unchecked") // as the script says
        List<Number> at = (List<Number>) browser.run("""
                const path = document.querySelector(`.arrow[data-key="${arguments[0]}"] .hit`);
                const point = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
                return [point.x, point.y];""", key);
        new Actions(browser.driver())
                .moveToLocation(at.get(0).intValue(), at.get(1).intValue())
                .perform();
        browser.frame();
    }

    /** The id of the chosen row; empty if there is none. */
    static String chosen() {
        return String.valueOf(
                browser.run("return document.getElementById('grid').getAttribute('aria-activedescendant') || ''"));
    }

    static String focused() {
        return String.valueOf(browser.run("return document.activeElement.id"
                + " || document.activeElement.getAttribute('data-key') || document.activeElement.tagName"));
    }

    static void tab() {
        press(Keys.TAB);
    }
}
