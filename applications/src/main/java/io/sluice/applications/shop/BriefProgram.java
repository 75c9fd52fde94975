package io.sluice.applications.shop;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** A program that makes 100 queries within a second, and then its main returns. */
public final class BriefProgram {

    private static final int QUERIES = 100;
    private static final long PAUSE_MILLIS = 8;

    private BriefProgram() {}

    public static void main(String[] arguments) throws SQLException, InterruptedException {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:brief")) {
            for (int i = 0; i < QUERIES; i++) {
                try (PreparedStatement query = connection.prepareStatement("SELECT x FROM SYSTEM_RANGE(1, ?)")) {
                    query.setInt(1, 1 + i);
                    query.executeQuery().close();
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
    }
}
