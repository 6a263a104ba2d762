// Performs the scenario with tencentcloud-sdk-go, and prints a JSON line for each step.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	sdkerrors "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"
)

const sdk = "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"

type step struct {
	Name       string
	Action     string
	Params     map[string]any
	Credential string
	Save       map[string]string
}

type scenario struct {
	Region      string
	Credentials map[string]struct{ SecretID, SecretKey, Token string }
	Steps       []step
}

type line struct {
	Version string `json:"version,omitempty"`
	Step    string `json:"step,omitempty"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	Answer  any    `json:"answer,omitempty"`
}

func newClient(credential common.CredentialIface, region string) *common.Client {
	endpoint, err := url.Parse(os.Getenv("CVM_ENDPOINT"))
	if err != nil {
		panic(err)
	}
	// snippet endpoint tls
	clientProfile := profile.NewClientProfile()
	// end
	switch endpoint.Scheme {
	case "http":
		// snippet endpoint; endpoint.Host => "127.0.0.1:8213"
		clientProfile.HttpProfile.Scheme = "http"
		clientProfile.HttpProfile.Endpoint = endpoint.Host
		// end
	case "https":
		// snippet tls; endpoint.Host => "127.0.0.1:8443"
		clientProfile.HttpProfile.Endpoint = endpoint.Host
		// end
	}
	// The client repeats a call after RequestLimitExceeded by itself
	clientProfile.RateLimitExceededMaxRetries = 2
	clientProfile.RateLimitExceededRetryDuration = profile.ConstantDurationFunc(10 * time.Millisecond)
	// snippet endpoint tls; return => client :=; credential => common.NewCredential("AKIDexample", "any"); region => "ap-guangzhou"
	return common.NewCommonClient(credential, region, clientProfile)
	// end
}

func call(scenario *scenario, step step, params map[string]any) (map[string]any, error) {
	name := step.Credential
	if name == "" {
		name = "main"
	}
	account := scenario.Credentials[name]
	credential := common.NewTokenCredential(account.SecretID, account.SecretKey, account.Token)
	client := newClient(credential, scenario.Region)
	request := tchttp.NewCommonRequest("cvm", "2017-03-12", step.Action)
	if err := request.SetActionParameters(params); err != nil {
		return nil, err
	}
	response := tchttp.NewCommonResponse()
	if err := client.Send(request, response); err != nil {
		return nil, err
	}
	var body struct{ Response map[string]any }
	err := json.Unmarshal(response.GetBody(), &body)
	return body.Response, err
}

func perform(scenario *scenario, step step, saved map[string]string) line {
	answer, err := call(scenario, step, fill(step.Params, saved).(map[string]any))
	var sdkError *sdkerrors.TencentCloudSDKError
	switch {
	case errors.As(err, &sdkError):
		return line{Step: step.Name, Code: sdkError.Code, Message: sdkError.Message}
	case err != nil:
		return line{Step: step.Name, Code: "ClientError", Message: err.Error()}
	}
	for name, path := range step.Save {
		var value any = answer
		for _, member := range strings.Split(path, ".") {
			members, _ := value.(map[string]any)
			value = members[member]
		}
		saved[name] = fmt.Sprint(value)
	}
	return line{Step: step.Name, Code: "Success", Answer: answer}
}

// fill replaces $name by the value that an earlier step saved.
func fill(value any, saved map[string]string) any {
	switch value := value.(type) {
	case string:
		name, isVariable := strings.CutPrefix(value, "$")
		if known, ok := saved[name]; isVariable && ok {
			return known
		}
	case []any:
		list := slices.Clone(value)
		for index := range list {
			list[index] = fill(list[index], saved)
		}
		return list
	case map[string]any:
		members := map[string]any{}
		for name := range value {
			members[name] = fill(value[name], saved)
		}
		return members
	}
	return value
}

func main() {
	text, err := os.ReadFile(os.Getenv("CVM_SCENARIO"))
	if err != nil {
		panic(err)
	}
	var wanted scenario
	if err := json.Unmarshal(text, &wanted); err != nil {
		panic(err)
	}
	out := json.NewEncoder(os.Stdout)
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, module := range build.Deps {
			if module.Path == sdk {
				_ = out.Encode(line{Version: strings.TrimPrefix(module.Version, "v")})
			}
		}
	}
	saved := map[string]string{}
	for _, step := range wanted.Steps {
		_ = out.Encode(perform(&wanted, step, saved))
	}
}
