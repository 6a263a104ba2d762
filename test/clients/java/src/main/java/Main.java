import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.tencentcloudapi.common.AbstractModel;
import com.tencentcloudapi.common.Credential;
import com.tencentcloudapi.common.exception.TencentCloudSDKException;
import com.tencentcloudapi.common.profile.ClientProfile;
import com.tencentcloudapi.common.profile.HttpProfile;
import com.tencentcloudapi.cvm.v20170312.CvmClient;
import com.tencentcloudapi.cvm.v20170312.models.*;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Performs the scenario with tencentcloud-sdk-java, and prints a JSON line for each step. */
public final class Main {
  private static final Gson GSON = new Gson();
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  public static void main(String[] args) throws Exception {
    String text = Files.readString(Path.of(System.getenv("CVM_SCENARIO")));
    JsonObject scenario = JsonParser.parseString(text).getAsJsonObject();
    JsonObject version = new JsonObject();
    version.addProperty("version", CvmClient.SDK_VERSION.replace("SDK_JAVA_", ""));
    OUT.println(version);
    Map<String, String> saved = new HashMap<>();
    for (JsonElement element : scenario.getAsJsonArray("steps")) {
      OUT.println(perform(scenario, element.getAsJsonObject(), saved));
    }
  }

  private static CvmClient newClient(Credential credential, String region) {
    String variable = System.getenv("CVM_ENDPOINT");
    // snippet endpoint tls
    HttpProfile httpProfile = new HttpProfile();
    // end
    if (variable != null && variable.startsWith("http:")) {
      URI endpoint = URI.create(variable);
      // snippet endpoint; endpoint.getAuthority() => "127.0.0.1:8213"
      httpProfile.setProtocol(HttpProfile.REQ_HTTP);
      httpProfile.setEndpoint(endpoint.getAuthority());
      // end
    } else if (variable != null) {
      URI endpoint = URI.create(variable);
      // snippet tls; endpoint.getAuthority() => "127.0.0.1:8443"
      httpProfile.setEndpoint(endpoint.getAuthority());
      // end
    }
    // snippet endpoint tls; return => CvmClient client =; credential => new Credential("AKIDexample", "any"); region => "ap-guangzhou"
    ClientProfile clientProfile = new ClientProfile();
    clientProfile.setHttpProfile(httpProfile);
    return new CvmClient(credential, region, clientProfile);
    // end
  }

  private static JsonObject perform(JsonObject scenario, JsonObject step, Map<String, String> saved) {
    JsonObject line = new JsonObject();
    line.add("step", step.get("name"));
    String name = step.has("credential") ? step.get("credential").getAsString() : "main";
    JsonObject account = scenario.getAsJsonObject("credentials").getAsJsonObject(name);
    String token = account.has("token") ? account.get("token").getAsString() : null;
    Credential credential =
        new Credential(account.get("secretId").getAsString(), account.get("secretKey").getAsString(), token);
    CvmClient client = newClient(credential, scenario.get("region").getAsString());
    String params = step.get("params").toString();
    for (Map.Entry<String, String> entry : saved.entrySet()) {
      params = params.replace("\"$" + entry.getKey() + "\"", "\"" + entry.getValue() + "\"");
    }
    for (boolean isFirst = true; ; isFirst = false) {
      try {
        AbstractModel response = call(client, step.get("action").getAsString(), params);
        JsonObject answer = JsonParser.parseString(AbstractModel.toJsonString(response)).getAsJsonObject();
        save(step, answer, saved);
        line.addProperty("code", "Success");
        line.add("answer", answer);
        return line;
      } catch (TencentCloudSDKException error) {
        String code = error.getErrorCode();
        if (isFirst && step.has("retryOn") && step.getAsJsonArray("retryOn").contains(GSON.toJsonTree(code))) continue;
        line.addProperty("code", code == null || code.isEmpty() ? "ClientError" : code);
        line.addProperty("message", error.getMessage());
        return line;
      }
    }
  }

  private static void save(JsonObject step, JsonObject answer, Map<String, String> saved) {
    if (!step.has("save")) return;
    for (Map.Entry<String, JsonElement> entry : step.getAsJsonObject("save").entrySet()) {
      JsonElement value = answer;
      for (String member : entry.getValue().getAsString().split("\\.")) value = value.getAsJsonObject().get(member);
      saved.put(entry.getKey(), value.getAsString());
    }
  }

  private static AbstractModel call(CvmClient client, String action, String params) throws TencentCloudSDKException {
    switch (action) {
      case "CreateKeyPair":
        return client.CreateKeyPair(GSON.fromJson(params, CreateKeyPairRequest.class));
      case "ImportKeyPair":
        return client.ImportKeyPair(GSON.fromJson(params, ImportKeyPairRequest.class));
      case "DescribeKeyPairs":
        return client.DescribeKeyPairs(GSON.fromJson(params, DescribeKeyPairsRequest.class));
      case "ModifyKeyPairAttribute":
        return client.ModifyKeyPairAttribute(GSON.fromJson(params, ModifyKeyPairAttributeRequest.class));
      case "DeleteKeyPairs":
        return client.DeleteKeyPairs(GSON.fromJson(params, DeleteKeyPairsRequest.class));
      case "AssociateInstancesKeyPairs":
        return client.AssociateInstancesKeyPairs(GSON.fromJson(params, AssociateInstancesKeyPairsRequest.class));
      case "DisassociateInstancesKeyPairs":
        return client.DisassociateInstancesKeyPairs(GSON.fromJson(params, DisassociateInstancesKeyPairsRequest.class));
      case "DescribeInstances":
        return client.DescribeInstances(GSON.fromJson(params, DescribeInstancesRequest.class));
      default:
        throw new IllegalArgumentException(action);
    }
  }
}
