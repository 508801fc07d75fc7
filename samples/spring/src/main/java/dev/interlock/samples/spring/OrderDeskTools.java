package dev.interlock.samples.spring;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The assistant's tools. The bean has transactions, so Spring makes a proxy of it, and each call has a transaction of
 * its own. The annotations say what calls touch, and Interlock needs no more.
 */
@Component
class OrderDeskTools {

    private final JdbcClient database;
    private final OutsideServices services;

    OrderDeskTools(JdbcClient database, OutsideServices services) {
        this.database = database;
        this.services = services;
    }

    @Tool("Finds products by a word of their names; gives SKU, name and price of each")
    @Reads("product")
    String findProducts(@P("a word of the name, singular") String word) throws InterruptedException {
        services.ask("search");
        String found = database
                .sql("select sku || ' ' || name || ' ' || price from product where lower(name) like ? order by sku")
                .param("%" + word.toLowerCase(Locale.ROOT) + "%")
                .query(String.class)
                .stream()
                .collect(Collectors.joining("; "));
        return found.isEmpty() ? "no product is called '" + word + "'" : found;
    }

    @Tool("Tells how many pieces of a product a warehouse has")
    @Reads("stock/{warehouse}/{sku}")
    String readStock(@P("berlin or hamburg") String warehouse, @P("the product's SKU") String sku)
            throws InterruptedException {
        services.ask("warehouse " + warehouse);
        return warehouse + " has " + stock(warehouse, sku) + " of " + sku;
    }

    @Tool("Reserves pieces of a product in a warehouse")
    @Writes("stock/{warehouse}/{sku}")
    @Transactional
    String reserveStock(
            @P("berlin or hamburg") String warehouse, @P("the product's SKU") String sku, @P("how many") int quantity)
            throws InterruptedException {
        int left = stock(warehouse, sku) - quantity;
        services.ask("warehouse " + warehouse);
        if (quantity < 1 || left < 0) {
            throw new IllegalArgumentException(
                    "refused: %s has %d of %s, %d were asked for".formatted(warehouse, left + quantity, sku, quantity));
        }
        database.sql("update stock set pieces = ? where warehouse = ? and sku = ?")
                .params(left, warehouse, sku)
                .update();
        return "reserved " + quantity + " of " + sku + " in " + warehouse + ", " + left + " left";
    }

    @Tool("Charges an account")
    @Writes("account/{account}")
    @Transactional
    String chargeAccount(@P("the account's number") String account, @P("how much") BigDecimal amount)
            throws InterruptedException {
        BigDecimal left = balance(account).subtract(amount);
        services.ask("payment gateway");
        if (amount.signum() <= 0 || left.signum() < 0) {
            throw new IllegalArgumentException(
                    "refused: account " + account + " holds " + left.add(amount) + ", the charge is " + amount);
        }
        database.sql("update account set balance = ? where account = ?")
                .params(left, account)
                .update();
        return "charged " + amount + ", account " + account + " now holds " + left;
    }

    @Tool("Tells the balance of an account")
    @Reads("account/{account}")
    String readBalance(@P("the account's number") String account) throws InterruptedException {
        services.ask("bank");
        return "account " + account + " holds " + balance(account);
    }

    private int stock(String warehouse, String sku) {
        return database.sql("select pieces from stock where warehouse = ? and sku = ?")
                .params(warehouse, sku)
                .query(Integer.class)
                .optional()
                .orElse(0);
    }

    private BigDecimal balance(String account) {
        return database.sql("select balance from account where account = ?")
                .param(account)
                .query(BigDecimal.class)
                .optional()
                .orElseThrow(() -> new IllegalArgumentException("there is no account " + account));
    }
}
