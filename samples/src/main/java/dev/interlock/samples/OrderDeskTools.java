package dev.interlock.samples;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;

/**
 * The agent's tools. Each asks a service over HTTP and works on the database.
 *
 * <p>Interlock gets nothing but the annotations. {@link #chargeAccount} needs them: it reads the balance, waits for the
 * payment gateway, and then writes the balance, so two charges of one account at the same time would lose one.
 */
final class OrderDeskTools {

    private final OrderDeskDatabase database;
    private final OrderDeskServices services;

    OrderDeskTools(OrderDeskDatabase database, OrderDeskServices services) {
        this.database = database;
        this.services = services;
    }

    @Tool("Finds products by words of their names; gives SKU, name and price of each")
    @Reads("catalogue")
    String findProducts(@P("words of the name") String query) throws IOException, InterruptedException {
        String corrected = services.get("/spelling", "text", query);
        List<String> found = database.findProducts(corrected);
        return found.isEmpty() ? "no product is called '" + corrected + "'" : String.join("; ", found);
    }

    @Tool("Tells how many pieces of a product a warehouse has")
    @Reads("stock/{warehouse}/{sku}")
    String readStock(@P("berlin or hamburg") String warehouse, @P("the product's SKU") String sku)
            throws IOException, InterruptedException {
        String bin = services.get("/warehouses/" + warehouse + "/bins/" + sku);
        return warehouse + " has " + database.stock(warehouse, sku) + " of " + sku + " in " + bin;
    }

    @Tool("Tells the balance of an account")
    @Reads("account/{account}")
    String readBalance(@P("the account's number") String account) throws IOException, InterruptedException {
        String standing = services.get("/accounts/" + account + "/standing");
        return "account " + account + " holds " + database.balance(account) + ", standing " + standing;
    }

    @Tool("Reserves pieces of a product in a warehouse")
    @Writes("stock/{warehouse}/{sku}")
    String reserveStock(
            @P("berlin or hamburg") String warehouse, @P("the product's SKU") String sku, @P("how many") int quantity)
            throws IOException, InterruptedException {
        int stock = database.stock(warehouse, sku);
        if (quantity < 1 || quantity > stock) {
            return "refused: " + warehouse + " has " + stock + " of " + sku + ", " + quantity + " were asked for";
        }
        String slip = services.post("/warehouses/" + warehouse + "/picks", Map.of("sku", sku, "quantity", quantity));
        database.reserve(warehouse, sku, quantity, stock - quantity);
        return "reserved " + quantity + " of " + sku + " in " + warehouse + ", picking slip " + slip;
    }

    @Tool("Charges an account")
    @Writes("account/{account}")
    String chargeAccount(
            @P("the account's number") String account, @P("how much") BigDecimal amount, @P("what for") String purpose)
            throws IOException, InterruptedException {
        BigDecimal charge = amount.setScale(2, RoundingMode.HALF_UP);
        BigDecimal balance = database.balance(account);
        if (charge.signum() <= 0 || charge.compareTo(balance) > 0) {
            return "refused: account " + account + " holds " + balance + ", the charge is " + charge;
        }
        String authorisation =
                services.post("/gateway/charges", Map.of("account", account, "amount", charge.toString()));
        database.charge(account, charge, purpose, balance.subtract(charge));
        return "charged " + charge + ", authorisation " + authorisation + ", account " + account + " now holds "
                + balance.subtract(charge);
    }

    @Tool("Sends the receipt for all charges of an account")
    @Reads("account/{account}")
    @Writes("mailbox/{email}")
    String sendReceipt(@P("the account's number") String account, @P("where to") String email)
            throws IOException, InterruptedException {
        String lines = String.join(", ", database.charges(account));
        String status = services.post("/mail", Map.of("to", email, "text", lines));
        database.receipt(account, email, lines);
        return "mail " + status + " for " + email + ": " + lines;
    }
}
